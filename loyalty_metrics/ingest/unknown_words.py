"""Words of columns of codes that mean nothing known: asked where a row needs the code, else named in a note."""

from collections.abc import Iterable, Mapping

from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.values import SET_ASIDE_WORD, Values
from loyalty_metrics.schema import TRANSACTIONS, Table

MOST = 5
"""So many words are asked for at once; the others follow when these are answered."""


def tell_unknown_words(values: Values, table: Table) -> None:
    """Ask what words mean that are codes of the table, or say that their rows are set aside."""
    if table is TRANSACTIONS:
        return
    for name, rows in values.unknown.items():
        role, header = table[name], values.header(name)
        if role.required:
            told = {word: f"{count:,} rows" for word, count in rows.items()}
            ask_words(values, header, told, (*role.values, SET_ASIDE_WORD))
            continue
        named = ", ".join(f'"{word}" ({count:,} rows)' for word, count in list(rows.items())[:MOST])
        more = f" and {len(rows) - MOST} more" if len(rows) > MOST else ""
        values.notes.append(
            f'In column "{header}", {named}{more} mean nothing that is known, and their rows are set aside; say what '
            f'they mean with --state "{next(iter(rows))}={role.values[0]}", or another of {", ".join(role.values)}.'
        )


def ask_words(values: Values, header: str, told: Mapping[str, str], choices: Iterable[str]) -> None:
    """Ask what each word means.

    Args:
        values: Where the questions go.
        header: The column they stand in.
        told: Word -> how many rows have it, and what else hangs on it.
        choices: What it may mean.
    """
    choices = tuple(choices)
    for word in list(told)[:MOST]:
        others = [other for other in told if other != word]
        more = f" {len(others):,} more are not known: {_quoted(others[:MOST])}." if others else ""
        sentence = (
            f'{values.source.name}: "{word}" in column "{header}" ({told[word]}) means nothing that is known; '
            f'say what it means with --state "{word}={choices[0]}", or another of {", ".join(choices)}.{more}'
        )
        values.questions.append(Question("unknown_word", sentence, "states", header, choices, key=word))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
