"""The user's language: translation, and one format for each kind of figure.

Every text a person reads passes `_` or `ngettext`; every figure passes `format_value`. English is the source text, so
the product speaks English where no translation is installed.
"""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, dates, numbers

from loyalty_metrics.words import WORDS

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "messages"
UNKNOWN = "–"

_locale: ContextVar[str] = ContextVar("locale", default="en")

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|$~:&])")
_AFTER_MARKDOWN = re.compile(r":(?=material/|//)|\bwww(?=\.)|(?<=\w)@(?=\w)|[-<>=~](?=[->=])")
"""Streamlit makes icons, links and arrows of these in finished text, where a backslash no longer helps."""
_JOINER = "\u2060"
"""A word joiner: no width, no break; it keeps two signs from being read as one."""
_UNSHORTENED = re.compile(r"\d{5}")
"""Some languages have no short word for a thousand; Babel then writes all digits without separators."""
_LINE_START = re.compile(r"^(\s*)([-+](?=[-\s]|$)|\d+(?=[.)](?:\s|$)))")


def set_locale(code: str) -> None:
    """Speak this language from here on, in this thread of work only.

    Args:
        code: Such as `en`, `vi` or `zh_TW`; a code nobody knows leaves English.
    """
    _locale.set(code if _known(code) else "en")


def current_locale() -> str:
    """The code of the language now spoken."""
    return _locale.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for the length of a `with` block, such as one report."""
    before = _locale.get()
    set_locale(code)
    try:
        yield
    finally:
        _locale.set(before)


def _(text: str) -> str:
    """The text in the user's language."""
    return _translations(_locale.get()).gettext(text)


def ngettext(singular: str, plural: str, n: float) -> str:
    """The text for so many, in the user's language."""
    return _translations(_locale.get()).ngettext(singular, plural, int(n))


def label(code: str) -> str:
    """Words for a code, a column or a filter; a name nobody listed, such as a user's own segment, stays as it is."""
    if code in WORDS:
        return _(WORDS[code])
    is_identifier = "_" in code or code.islower()
    return _(code.replace("_", " ").capitalize() if is_identifier else code)


def format_value(value: Any, unit: str, currency: str | None = None, compact: bool = False) -> str:
    """A figure as a person reads it.

    Args:
        value: The figure; None and NaN give a dash.
        unit: A unit of the measure cards.
        currency: Of money; without one the amount stands alone.
        compact: Short, for a chart or a sentence: `€1.2M`, `23%`.

    Returns:
        Text for plain display; where markdown is rendered, pass it through `plain`.
    """
    if _is_unknown(value):
        return UNKNOWN
    if unit == "share":
        return _share(float(value), compact)
    if unit == "money":
        return _money(value, currency, compact)
    if unit in ("count", "number"):
        return _number(float(value), compact, whole=unit == "count")
    if unit == "days":
        # A tenth of a day matters below ten days only.
        value = round(float(value), 1 if abs(value) < 10 else 0)
        number = _number(value, compact, whole=False)
        # A broken number of days takes the plural of most languages, as does two.
        return ngettext("{n} day", "{n} days", value if value.is_integer() else 2).format(n=number)
    if unit == "date":
        return period_label(value, "day")
    return label(str(value)) if unit == "code" else str(value)


def format_interval(low: Any, high: Any, unit: str, currency: str | None = None, compact: bool = False) -> str:
    """The two ends of an interval in words; a dash where they are not known."""
    if _is_unknown(low) or _is_unknown(high):
        return UNKNOWN
    ends = {"low": format_value(low, unit, currency, compact), "high": format_value(high, unit, currency, compact)}
    if ends["low"] == ends["high"]:
        return _("about {value}").format(value=ends["low"])
    return _("between {low} and {high}").format(**ends)


def or_unknown(name: str) -> str:
    """A value of the data as people read it; the empty one stands for what is not known."""
    return name or _("(unknown)")


def format_points(change: Any) -> str:
    """A change of a share in percentage points, with its sign; to a tenth where it is small."""
    if _is_unknown(change):
        return UNKNOWN
    value = 100 * float(change)
    rounded = round(value, 1 if abs(value) < 9.95 else 0)
    return ("+" if rounded > 0 else "−" if rounded < 0 else "±") + format_value(abs(rounded), "number")


def format_exact(amount: Decimal, currency: str | None = None) -> str:
    """Money to its last digit, for accounts whose lines must add up."""
    digits = max(2, -int(amount.normalize().as_tuple().exponent)) if amount % 1 else 0
    if not currency:
        return str(numbers.format_decimal(amount, f"#,##0.{'0' * digits}", locale=_locale_now()))
    pattern = re.sub(r"[.]0+", f".{'0' * digits}", str(_locale_now().currency_formats["standard"].pattern))
    return str(numbers.format_currency(amount, currency, pattern, locale=_locale_now(), currency_digits=False))


def period_label(day: Any, grain: str) -> str:
    """The name of the period that begins on a day: `Mar 2026`, `2026 W12`, `2026 Q1`, `14 Mar 2026`."""
    if _is_unknown(day):
        return UNKNOWN
    day = _date(day)
    if grain == "month":
        return str(dates.format_skeleton("yMMM", day, locale=_locale_now()))
    if grain == "quarter":
        return _("{year} Q{quarter}").format(year=day.year, quarter=(day.month + 2) // 3)
    if grain == "week":
        year, week, _weekday = day.isocalendar()
        return _("{year} W{week:02d}").format(year=year, week=week)
    # English readers differ on whether the day or the month comes first; the name of the month leaves no doubt.
    form = "d MMM y" if _locale_now().language == "en" else "medium"
    return str(dates.format_date(day, form, locale=_locale_now()))


def plotly_separators() -> str:
    """Decimal and thousands separators for `layout.separators`."""
    return numbers.get_decimal_symbol(_locale_now()) + numbers.get_group_symbol(_locale_now())


def plain(text: Any) -> str:
    """A value as Streamlit's markdown shows it letter by letter: no formula, link, emoji or list from data."""
    line = _AFTER_MARKDOWN.sub(lambda match: match[0] + _JOINER, " ".join(str(text).split()))
    return _LINE_START.sub(_escape_start, _MARKDOWN.sub(r"\\\1", line))


def without_markup(text: str) -> str:
    """A sentence written for markdown as bare text, for reports and the command line."""
    bare = re.sub(r"(?<!\\)\*\*", "", text).replace(_JOINER, "")
    return re.sub(r"\\([\\`*_\[\]<>#|$~:&+.)-])", r"\1", bare)


def _escape_start(match: re.Match[str]) -> str:
    """A list marker needs its backslash before the sign that makes it one."""
    blank, mark = match[1], match[2]
    return f"{blank}{mark}\\" if mark.isdigit() else f"{blank}\\{mark}"


def _share(value: float, compact: bool) -> str:
    """Whole percents are enough where a chance figure stands, but never 0 % or 100 % for a few."""
    percent = 100 * abs(value)
    if 0 < percent < 0.05:
        return "<" + _share(0.001, compact)
    digits = 0 if compact and (10 <= percent <= 99 or percent == 0 or percent >= 100) else 1
    return _percent_text(round(value, 2 + digits), digits, _locale_now())


@lru_cache(maxsize=10_000)
def _percent_text(value: float, digits: int, locale: Locale) -> str:
    """Kept, since a table has some thousand cells and few different numbers."""
    pattern = str(locale.percent_formats[None].pattern).replace("#,##0", "#,##0" + ".0" * digits)
    return str(numbers.format_percent(value, pattern, locale=locale))


def _number(value: float, compact: bool, whole: bool, shorten_from: float = 10_000) -> str:
    short = _three_figures(value)
    if compact and abs(short) >= shorten_from:
        text = numbers.format_compact_decimal(short, locale=_locale_now(), fraction_digits=_decimals(short))
        if not _UNSHORTENED.search(text):
            return text
    digits = 0 if whole or abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return _decimal_text(round(value, digits), _locale_now())


@lru_cache(maxsize=10_000)
def _decimal_text(value: float, locale: Locale) -> str:
    return str(numbers.format_decimal(value, "#,##0.##", locale=locale))


def _money(value: Any, currency: str | None, compact: bool) -> str:
    amount = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not currency:
        return _number(float(amount), compact, whole=abs(amount) >= (100 if compact else 1000), shorten_from=1000)
    here, short = _locale_now(), _three_figures(float(amount))
    if compact and abs(short) >= 1000:
        text = numbers.format_compact_currency(short, currency, locale=here, fraction_digits=_decimals(short))
        if not _UNSHORTENED.search(text):
            return text
    if abs(amount) >= 1000 or (compact and (amount == 0 or abs(amount) >= 100)):
        pattern = re.sub(r"[.]0+", "", str(here.currency_formats["standard"].pattern))
        return numbers.format_currency(amount, currency, pattern, locale=here, currency_digits=False)
    return numbers.format_currency(amount, currency, locale=here)


def _three_figures(value: float) -> float:
    """Rounded first, so that 999,999 becomes 1M and not 1000K."""
    return float(f"{value:.3g}")


def _decimals(value: float) -> int:
    """One decimal for 1.2M, none for 123M: three figures are what a glance takes in."""
    lead = abs(value) / 1000 ** int(math.log10(abs(value)) // 3)
    return 0 if lead >= 100 else 1


def _is_unknown(value: Any) -> bool:
    """None, NaN, NaT, pandas' NA and infinity have no figure."""
    if value is None:
        return True
    if isinstance(value, str):
        return value == ""
    try:
        return bool(value != value) or value in (math.inf, -math.inf)
    except TypeError:
        return True


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _locale_now() -> Locale:
    return _babel_locale(_locale.get())


@lru_cache(maxsize=32)
def _babel_locale(code: str) -> Locale:
    return Locale.parse(code.replace("-", "_"))


@lru_cache(maxsize=32)
def _translations(code: str) -> NullTranslations:
    return translation(DOMAIN, LOCALES, languages=[code.replace("-", "_")], fallback=True)


def _known(code: str) -> bool:
    try:
        return bool(_babel_locale(code))
    except (UnknownLocaleError, ValueError, TypeError, AttributeError):
        return False
