import ast
import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import language
from loyalty_metrics.language import (
    format_exact,
    format_interval,
    format_value,
    label,
    period_label,
    plain,
    plotly_separators,
    set_locale,
    speaking,
    without_markup,
)


@pytest.fixture(autouse=True)
def english():
    set_locale("en")


@pytest.mark.parametrize("unit", ["share", "count", "number", "money", "days", "date", "code", "text"])
@pytest.mark.parametrize("unknown", [None, math.nan, pd.NA, pd.NaT, math.inf, Decimal("NaN"), ""])
def test_what_is_not_known_is_a_dash(unit, unknown):
    assert format_value(unknown, unit) == "–"


@pytest.mark.parametrize(
    ("value", "unit", "currency", "compact", "text"),
    [
        (0.2341, "share", None, False, "23.4%"),
        (0.2341, "share", None, True, "23%"),
        (0.0784, "share", None, True, "7.8%"),
        (0.0, "share", None, True, "0%"),
        (1.0, "share", None, True, "100%"),
        (0.9991, "share", None, True, "99.9%"),
        (0.0002, "share", None, False, "<0.1%"),
        (12345, "count", None, False, "12,345"),
        (12345, "count", None, True, "12.3K"),
        (3.8320260123, "number", None, False, "3.83"),
        (0.1 + 0.2, "number", None, False, "0.3"),
        (460.819255, "money", "EUR", False, "€460.82"),
        (1234567.891, "money", "EUR", False, "€1,234,568"),
        (1234567.891, "money", "EUR", True, "€1.2M"),
        (999_999, "money", "EUR", True, "€1M"),
        (Decimal("12.30"), "money", "EUR", False, "€12.30"),
        (0, "money", "EUR", True, "€0"),
        (-1500, "money", "EUR", True, "-€1.5K"),
        (1234.5, "money", None, False, "1,234"),
        (60.0, "days", None, False, "60 days"),
        (1, "days", None, False, "1 day"),
        (57.5, "days", None, False, "58 days"),
        (7.25, "days", None, False, "7.2 days"),
        (date(2026, 3, 14), "date", None, False, "14 Mar 2026"),
        ("in_progress", "code", None, False, "not over yet"),
        ("A-1", "text", None, False, "A-1"),
    ],
)
def test_a_figure_as_a_person_reads_it(value, unit, currency, compact, text):
    assert format_value(value, unit, currency, compact) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("9747747.9340", "GBP", "£9,747,747.934"),
        ("-152.25", None, "-152.25"),
        ("18456750.0000", "VND", "₫18,456,750"),
        ("0.5", "USD", "$0.50"),
    ],
)
def test_money_of_an_account_is_not_rounded(amount, currency, text):
    assert format_exact(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("locale", "share", "money"),
    [("de", "23,4 %", "1.234.568 €"), ("vi", "23,4%", "1.234.568 €"), ("zh_TW", "23.4%", "€1,234,568")],
)
def test_figures_follow_the_locale(locale, share, money):
    set_locale(locale)
    assert format_value(0.2341, "share").replace("\xa0", " ") == share
    assert format_value(1234567.89, "money", "EUR").replace("\xa0", " ") == money


def test_languages_without_a_short_thousand_keep_their_separators():
    set_locale("de")
    assert format_value(12345, "money", "EUR", compact=True).replace("\xa0", " ") == "12.345 €"


@pytest.mark.parametrize(
    ("grain", "name"), [("day", "14 Mar 2026"), ("week", "2026 W11"), ("month", "Mar 2026"), ("quarter", "2026 Q1")]
)
@pytest.mark.parametrize(
    "day", [date(2026, 3, 14), datetime(2026, 3, 14, 12), pd.Timestamp("2026-03-14"), "2026-03-14"]
)
def test_names_of_periods(grain, name, day):
    assert period_label(day, grain) == name


def test_weeks_belong_to_their_iso_year():
    assert period_label("2024-12-30", "week") == "2025 W01"


def test_interval_in_words():
    assert format_interval(0.22, 0.25, "share") == "between 22.0% and 25.0%"
    assert format_interval(0.2201, 0.2202, "share") == "about 22.0%"
    assert format_interval(None, 0.2, "share") == "–"


def test_labels_of_codes_and_of_unknown_ones():
    assert label("repeat_within_30") == "Bought again within 30 days"
    assert label("some_new_column") == "Some new column"
    assert label("VIP Kunden") == "VIP Kunden"


def test_separators_for_plotly():
    assert plotly_separators() == ".,"
    with speaking("de"):
        assert plotly_separators() == ",."
    assert plotly_separators() == ".,"


@pytest.mark.parametrize("code", ["xx", "", "../etc/passwd", None])
def test_an_unknown_language_leaves_english(code):
    set_locale(code)
    assert language.current_locale() == "en"


def test_each_thread_speaks_its_own_language():
    def speak(code):
        set_locale(code)
        return format_value(0.5, "share").replace("\xa0", " ")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(speak, ["de", "en"] * 20)) == ["50,0 %", "50.0%"] * 20
    assert language.current_locale() == "en"


MARKDOWN = {
    "$1.2M to $3M": r"\$1.2M to \$3M",
    "*bold* _it_ `code`": r"\*bold\* \_it\_ \`code\`",
    "[x](http://e.vil)": "\\[x\\](http\\:\u2060//e.vil)",
    ":material/home: :red[x]": "\\:\u2060material/home\\: \\:red\\[x\\]",
    "# Title": r"\# Title",
    "1. one": r"1\. one",
    "2) two": r"2\) two",
    "- item": r"\- item",
    "+ item": r"\+ item",
    "--- x": "-\u2060-\u2060- x",
    "<b>x</b> &amp;": r"\<b\>x\</b\> \&amp;",
    "a|b": r"a\|b",
    "~~x~~": r"\~\~x\~\~",
    "back\\slash": r"back\\slash",
    "www.evil.com a@b.com": "www\u2060.evil.com a@\u2060b.com",
    "a -> b <- c": "a -\u2060\\> b \\<\u2060- c",
    "-€5": "-€5",
    "7.2% of all": "7.2% of all",
}


@pytest.mark.parametrize(("text", "escaped"), MARKDOWN.items())
def test_plain_text_survives_markdown(text, escaped):
    assert plain(text) == escaped
    assert without_markup(escaped) == text


def test_plain_text_is_one_line():
    assert plain("a\n\n# b") == "a \\# b"


def test_bold_is_taken_off_but_a_star_in_the_data_stays():
    assert without_markup(f"**{plain('5*')}** left") == "5* left"


def test_no_code_has_two_words():
    """Words stand in several files; a code that two of them name would be called by the wrong one."""
    folder = Path(language.__file__).parent
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("words*.py"))]
    tables = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    codes = Counter(key.value for table in tables for key in table.keys if isinstance(key, ast.Constant))
    assert len(codes) > 300
    assert [code for code, times in codes.items() if times > 1] == []
