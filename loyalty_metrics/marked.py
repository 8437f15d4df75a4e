"""Texts that are translated when they are shown, not where they stand."""


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for translation where it stands; `language.label` translates it when it is shown."""
    return text
