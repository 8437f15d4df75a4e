"""Find fonts on this machine for a PDF, which must carry the letters it shows.

None is shipped: those for Chinese, Japanese and Korean are many megabytes, and nearly every machine has some. Which
letters a text needs is looked up; what no font has is said with the letters, so that one can be installed.
"""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.language import _

SETTING = "LOYALTY_METRICS_FONT"
"""Environment variable naming a font file that is looked at first."""

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_TEXT = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("Roboto-Regular.ttf", "Roboto-Bold.ttf"),
)
"""Fonts of Latin, Greek and Cyrillic letters, Vietnamese among them: regular and bold, the first that is there."""
_EASTERN = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("SourceHanSans.ttc", None),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("PingFang.ttc", None),
    ("Hiragino Sans GB.ttc", None),
    ("wqy-microhei.ttc", None),
    ("wqy-zenhei.ttc", None),
    ("DroidSansFallbackFull.ttf", None),
    ("DroidSansFallback.ttf", None),
    ("YuGothR.ttc", "YuGothB.ttc"),
    ("malgun.ttf", "malgunbd.ttf"),
    ("Arial Unicode.ttf", None),
)
"""Fonts that hold the letters the first lacks: Chinese, Japanese, Korean."""


@dataclass(frozen=True)
class Font:
    """A font on this machine: its files, and their place in a collection."""

    regular: Path
    bold: Path
    face: int = 0


@dataclass(frozen=True)
class Fonts:
    """The fonts a text needs, the first for most of it, and the signs that none has."""

    needed: tuple[Font, ...]
    missing: frozenset[str]


def fonts_for(texts: Iterable[str]) -> Fonts:
    """The fonts that together hold all letters of some texts.

    Signs that no font has, such as an emoji, are named as missing, so that they can be left out.

    Raises:
        LoyaltyError: There is no font, or none with some letters.
    """
    wanted = {letter for text in texts for letter in text if letter.isprintable() and not letter.isspace()}
    chosen: list[Font] = []
    missing = set(wanted)
    for font in _offered():
        found = missing & _letters(font.regular, font.face)
        if found:
            chosen.append(font)
            missing -= found
        if not missing:
            break
    if not chosen:
        words = _("No font was found for the PDF. Install one such as Noto Sans, or name a file in {setting}.")
        raise LoyaltyError(words.format(setting=SETTING))
    letters = sorted(letter for letter in missing if unicodedata.category(letter)[0] in "LMN")
    if letters:
        words = _(
            "No font on this machine has the letters {letters}, so the PDF cannot show them. Install one, such as Noto"
            " Sans CJK, name a file in {setting}, or take the report as HTML."
        )
        raise LoyaltyError(words.format(letters=" ".join(letters[:10]), setting=SETTING))
    return Fonts(tuple(chosen), frozenset(missing))


def _offered() -> Iterator[Font]:
    """The fonts that are here: the one that was named, one for text, then those of the East."""
    own = os.environ.get(SETTING)
    if own:
        if not Path(own).is_file():
            raise LoyaltyError(_("{setting} names {file}, which is no file.").format(setting=SETTING, file=own))
        yield Font(Path(own), Path(own))
    here = _files()
    for pairs in (_TEXT, _EASTERN):
        for regular, bold in pairs:
            if regular.casefold() in here:
                first = here[regular.casefold()]
                heavy = here.get(bold.casefold(), first) if bold else first
                yield Font(first, heavy, _simplified(first))


@lru_cache
def _files() -> dict[str, Path]:
    """The font files of this machine by name."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for place, _folders, names in os.walk(Path(folder).expanduser()):
            for name in names:
                if name.casefold().endswith((".ttf", ".otf", ".ttc")):
                    found.setdefault(name.casefold(), Path(place) / name)
    return found


@lru_cache
def _letters(path: Path, face: int) -> frozenset[str]:
    with TTFont(path, fontNumber=face, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap() or {}))


@lru_cache
def _simplified(path: Path) -> int:
    """The face of a collection that is drawn for simplified Chinese, or else its first."""
    if path.suffix.casefold() != ".ttc":
        return 0
    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1)) for font in collection.fonts]
    return next((place for place, name in enumerate(names) if name.endswith((" SC", "YaHei"))), 0)
