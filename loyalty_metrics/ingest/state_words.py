"""Words in which programs write the state of something, in many languages; they are data: see rules/statuses.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from loyalty_metrics.schema import normalise_header

_RULES = Path(__file__).parent.parent / "rules" / "statuses.toml"


@cache
def meanings(section: str) -> Mapping[str, str]:
    """What each word means, by the folded word; nothing for a section that there is not."""
    found = tomllib.loads(_RULES.read_text(encoding="utf-8")).get(section, {})
    return {normalise_header(word): meaning for meaning, words in found.items() for word in words}
