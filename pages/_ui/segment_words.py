"""What each segment or group is and what to do about it, in plain words; the words are data."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import loyalty_metrics
from loyalty_metrics.language import _, plain

RULES = Path(loyalty_metrics.__file__).parent / "rules"
WORDS = ("segment_words.toml", "loyalty_words.toml")


@dataclass(frozen=True)
class SegmentWords:
    """A segment in plain words."""

    who: str
    action: str

    def told(self) -> str:
        """Both in one cell, for a table that also fits a phone."""
        return f"{plain(self.who)} **{plain(self.action)}**" if self.who else ""


def get(segment: str) -> SegmentWords:
    """The words of a segment; a segment of the user's own has none."""
    words = _all().get(segment, {})
    return SegmentWords(_(words["who"]) if words else "", _(words["action"]) if words else "")


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    files = (tomllib.loads((RULES / name).read_text(encoding="utf-8")) for name in WORDS)
    return {group: words for file in files for group, words in file.items()}
