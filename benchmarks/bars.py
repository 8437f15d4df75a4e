"""A plot of times as an SVG: a group of bars for each question, on a logarithmic scale, without any library."""

from collections.abc import Mapping
from html import escape
from math import log10

WIDTH, BAR, GAP, LEFT, RIGHT = 760, 14, 18, 150, 70
COLOURS = ("#0f766e", "#64748b", "#b45309", "#7c3aed")


def bars(title: str, times: Mapping[str, Mapping[str, float]]) -> str:
    """Draw the seconds that contenders take.

    Args:
        title: What stands above.
        times: Of each contender, seconds by question; one that has no answer to a question has no bar there.

    Returns:
        The text of an SVG file.
    """
    questions = list(dict.fromkeys(question for told in times.values() for question in told))
    seconds = [value for told in times.values() for value in told.values()]
    low, high = 10.0 ** (int(log10(min(seconds))) - 1), max(seconds)
    parts, top = [f'<text x="0" y="16" font-weight="bold">{escape(title)}</text>'], 54
    for number, name in enumerate(times):
        parts.append(f'<rect x="{number * 180}" y="28" width="10" height="10" fill="{COLOURS[number]}"/>')
        parts.append(f'<text x="{number * 180 + 15}" y="37">{escape(name)}</text>')
    for question in questions:
        parts.append(f'<text x="0" y="{top + 11}">{escape(question.replace("_", " "))}</text>')
        for number, told in enumerate(times.values()):
            if question in told:
                length = (WIDTH - LEFT - RIGHT) * log10(told[question] / low) / log10(high / low)
                parts.append(
                    f'<rect x="{LEFT}" y="{top}" width="{length:.0f}" height="{BAR - 2}" fill="{COLOURS[number]}"/>'
                    f'<text x="{LEFT + length + 5:.0f}" y="{top + 10}">{told[question]:.2g} s</text>'
                )
                top += BAR
        top += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" font-size="11">'
        f'<rect width="{WIDTH}" height="{top}" fill="white"/>{"".join(parts)}</svg>\n'
    )
