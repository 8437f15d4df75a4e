// Everything that can be used now: its kind, its key without the part that changes with the scope, its words.
() => {
    const kinds = ['stButton', 'stFormSubmitButton', 'stDownloadButton', 'stPageLink', 'stSelectbox', 'stMultiSelect',
        'stRadio', 'stButtonGroup', 'stSlider', 'stNumberInput', 'stTextInput', 'stTextArea', 'stCheckbox',
        'stExpander', 'stPopover', 'stTabs', 'stDateInput'];
    const found = [];
    document.querySelectorAll('[data-crawled]').forEach((one) => one.removeAttribute('data-crawled'));
    const bar = [...document.querySelectorAll('.st-key-scope-bar [data-testid="stPopover"]')];
    for (const one of document.querySelectorAll(kinds.map((kind) => `[data-testid="${kind}"]`).join(','))) {
        if (!one.checkVisibility({visibilityProperty: true})) continue;
        const holder = one.closest('[class*="st-key-"]');
        const key = holder ? [...holder.classList].find((name) => name.startsWith('st-key-')).slice(7) : '';
        const button = one.matches('.stButton, .stFormSubmitButton, .stDownloadButton') && one.querySelector('button');
        const words = one.querySelector('label, [data-testid="stMarkdownContainer"], p')?.innerText ?? one.innerText;
        const options = one.matches('.stButtonGroup') ? [...one.querySelectorAll('button')]
            : one.matches('.stRadio') ? [...one.querySelectorAll('label:has(input)')] : [];
        for (const part of options.length ? options : [one]) {
            part.dataset.crawled = found.length;
            found.push({
                place: found.length,
                kind: one.dataset.testid,
                key: key.replace(/-[0-9a-f]{12}(?=-|$)/g, ''),
                words: bar.includes(one) ? `menu ${bar.indexOf(one)}` : words.split('\n')[0].slice(0, 60),
                option: options.length ? part.textContent.trim() : '',
                isEnd: part === options.at(-1) || part === options[0],
                inMenu: !!one.closest('[data-testid="stPopoverBody"]'),
                inBar: !!one.closest('.st-key-scope-bar'),
                isOff: part.disabled || !!(button && button.disabled)
                    || !!one.querySelector('input:disabled, textarea:disabled'),
            });
        }
    }
    return found }
