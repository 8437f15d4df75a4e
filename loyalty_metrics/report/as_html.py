"""The report as one HTML file: it opens without a network, its charts can be pointed at, and it prints well.

Nothing is fetched and nothing else may run: the page's own policy allows the scripts in it by their hashes alone.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape

from plotly.offline import get_plotlyjs

from loyalty_metrics.charts.theme import CONFIG, INK
from loyalty_metrics.language import _, current_locale
from loyalty_metrics.report.document import Chart, Definition, Document, Section, Table, runs

LIGHT_INK, DARK_INK = "#1b2733", "#e8edf2"

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2733; --page: #fff; --soft: #5b6673; --line: #d9dfe5; --mark: #1c65a8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --page: #0e1117; --soft: #a3adb8; --line: #2c343d; --mark: #56b4e9; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; color: var(--ink); background: var(--page);
  font: 16px/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, "Liberation Sans", "Noto Sans CJK SC",
  "Microsoft YaHei", "PingFang SC", sans-serif; overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 0 0 .4rem; font-size: 1.4rem; line-height: 1.25; }
h3 { margin: 1.2rem 0 .3rem; font-size: 1rem; }
section { margin-top: 2.2rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
.answer { margin: 0 0 .6rem; font-size: 1.1rem; }
.soft, footer { color: var(--soft); font-size: .875rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
.figure { text-align: right; } td.figure { white-space: nowrap; }
td:first-child:not(.figure) { min-width: 7.5rem; }
nav ol { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin: 0; padding: 0; list-style: none; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .15rem 1rem; margin: .8rem 0 0;
  font-size: .875rem; }
dt { color: var(--soft); } dd { margin: 0; }
a { color: var(--mark); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } h1 { font-size: 1.5rem; } }
@media print {
  :root { --ink: #000; --page: #fff; --soft: #444; --line: #bbb; --mark: #000; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  section, tr, .chart { break-inside: avoid; } h2, h3, .answer { break-after: avoid; } nav { display: none; }
  .wide { overflow: visible; }
  .sankey-link { opacity: 1 !important; } /* it fades in, and paper does not wait */
}
"""

_SCRIPT = f"""
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw(isDark) {{
  const ink = isDark ? "{DARK_INK}" : "{LIGHT_INK}";
  for (const place of document.querySelectorAll(".chart")) {{
    const text = document.getElementById(place.id + "-data").textContent.replaceAll("{INK}", ink);
    const chart = JSON.parse(text);
    chart.layout.font = {{...chart.layout.font, color: ink, family: getComputedStyle(document.body).fontFamily}};
    Plotly.react(place, chart.data, chart.layout, chart.config);
  }}
}}
draw(dark.matches);
dark.addEventListener("change", () => draw(dark.matches));
addEventListener("beforeprint", () => dark.matches && draw(false));
addEventListener("afterprint", () => dark.matches && draw(true));
"""


def to_bytes(document: Document) -> bytes:
    """The document as one HTML file."""
    scripts = [get_plotlyjs(), _SCRIPT]
    sections = "\n".join(_section(section, n) for n, section in enumerate(document.sections, start=1))
    return f"""<!DOCTYPE html>
<html lang="{escape(current_locale().replace("_", "-"))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(document.title)} · {escape(document.business)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(document.title)}</h1>
<p class="soft">{escape(document.running)}</p>
{_contents(document)}
</header>
<main>
{sections}
{_definitions(document)}
{_about(document)}
</main>
<footer><p>{escape(document.running)}</p></footer>
<script>{scripts[0]}</script>
<script>{scripts[1]}</script>
</body>
</html>
""".encode()


def _policy(scripts: list[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{one}'" for one in hashes)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:"


def _contents(document: Document) -> str:
    links = (f'<li><a href="#s{n}">{escape(one.heading)}</a></li>' for n, one in enumerate(document.sections, start=1))
    return f"<nav><ol>{''.join(links)}</ol></nav>"


def _section(section: Section, n: int) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>", f'<p class="answer">{_rich(section.answer)}</p>']
    if section.chart:
        parts.append(_chart(section.chart, section.told, n))
    parts += [_table(table) for table in section.tables]
    if section.definitions:
        names = ", ".join(escape(one.title) for one in section.definitions)
        parts.append(f'<p class="soft"><a href="#definitions">{escape(_("What it means"))}</a>: {names}</p>')
    return f'<section id="s{n}">\n' + "\n".join(parts) + "\n</section>"


def _rich(answer: str) -> str:
    return "".join(f"<strong>{escape(text)}</strong>" if is_bold else escape(text) for text, is_bold in runs(answer))


def _chart(chart: Chart, told: str, n: int) -> str:
    """The place of a chart and what is drawn there; the data are no script, so no text in them can run."""
    figure = json.loads(chart.figure.to_json())
    data = json.dumps({"data": figure["data"], "layout": figure["layout"], "config": CONFIG}, ensure_ascii=False)
    inert = data.replace("<", "\\u003c")
    height = int(figure["layout"].get("height", 400))
    return (
        f'<div class="chart" id="c{n}" role="img" aria-label="{escape(told)}" style="height:{height}px"></div>\n'
        f'<script type="application/json" id="c{n}-data">{inert}</script>'
    )


def _table(table: Table) -> str:
    numeric = [table.is_numeric(place) for place in range(len(table.columns))]
    head = _row(_cells("th", table.columns, numeric))
    rows = "".join(_row(_cells("td", [one.text for one in row], numeric)) for row in table.printed)
    note = f'<p class="soft">{escape(table.footnote)}</p>' if table.footnote else ""
    return (
        f'<div class="wide"><table><caption>{escape(table.title)}</caption><thead>{head}</thead>'
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _cells(tag: str, texts: Sequence[str], numeric: Sequence[bool]) -> str:
    kinds = (' class="figure"' if is_number else "" for is_number in numeric)
    return "".join(f"<{tag}{kind}>{escape(text)}</{tag}>" for text, kind in zip(texts, kinds, strict=True))


def _row(cells: str) -> str:
    return f"<tr>{cells}</tr>"


def _definitions(document: Document) -> str:
    told = "".join(_definition(one) for one in document.definitions)
    return f'<section id="definitions"><h2>{escape(_("What the figures mean"))}</h2>{told}</section>'


def _definition(one: Definition) -> str:
    details = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in one.details)
    return f"<h3>{escape(one.title)}</h3><p>{escape(one.text)}</p><dl>{details}</dl>"


def _about(document: Document) -> str:
    pairs = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in document.about)
    return f'<section id="about"><h2>{escape(_("What this is about"))}</h2><dl>{pairs}</dl></section>'
