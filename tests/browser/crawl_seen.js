// What is seen: errors, headings, and the headings under which nothing stands.
() => {
    const main = document.querySelector('[data-testid="stMain"]');
    const texts = (selector) => [...document.querySelectorAll(selector)]
        .filter((one) => one.checkVisibility()).map((one) => one.innerText.trim());
    const pieces = [...main.querySelectorAll(['stHeading', 'stMarkdown', 'stCaptionContainer', 'stPlotlyChart',
        'stTable', 'stDataFrame', 'stMetric', 'stAlert', 'stButtonGroup', 'stTextInput', 'stSelectbox',
        'stButton', 'stExpander', 'stRadio', 'stPageLink', 'stForm', 'stDownloadButton', 'stFileUploader', 'stProgress']
        .map((kind) => `[data-testid="${kind}"]`).join(','))]
        .filter((one) => one.checkVisibility() && !one.closest('.st-key-scope-bar')
            && (one.innerText.trim() || one.querySelector('svg, canvas, input')));
    const isHeading = (one) => one?.dataset.testid === 'stHeading';
    return {
        exceptions: texts('[data-testid="stException"]'),
        text: [...main.querySelectorAll('code')].reduce((text, code) => text.replace(code.innerText, ''),
            main.innerText),
        title: texts('[data-testid="stMain"] h1')[0] ?? '',
        headings: texts('[data-testid="stMain"] :is(h1, h2, h3)'),
        bare: pieces.filter((one, at) => isHeading(one) && !one.querySelector('h1')
            && (at + 1 === pieces.length || isHeading(pieces[at + 1]))).map((one) => one.innerText),
        pieces: pieces.filter((one) => !isHeading(one)).length,
    } }
