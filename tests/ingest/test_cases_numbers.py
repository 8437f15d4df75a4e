"""Numbers as shops write them, and what a column of money says of itself: its unit, its marks, what it counts."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_metrics.database import Cursor, Database
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest import ImportOptions, ImportReport, inspect, stage
from loyalty_metrics.ingest.units import currency_of, unit_of

CASES = Path(__file__).parents[1] / "cases"
Load = Callable[..., ImportReport]


def lines(header: str, *rows: str) -> str:
    """A file whose orders are numbered, of one customer each, a day after another."""
    body = (f"{i}|c{i}|2024-01-{i % 28 + 1:02}|{row}\n" for i, row in enumerate(rows, 1))
    return f"Order ID|Customer ID|Date|{header}\n" + "".join(body)


def amounts(cursor: Cursor, rows: int) -> list[Decimal | None]:
    found = dict(cursor.rows("select line_no, amount from staged"))
    return [found.get(line + 2) for line in range(rows)]


@pytest.mark.parametrize(
    ("file", "money", "options"),
    [
        ("03-currency-dot-as-decimal-point/rs.csv", "2500", {}),
        ("03-currency-dot-as-decimal-point/kr.csv", "1825", {}),
        ("03-currency-dot-as-decimal-point/pen.csv", "125.20", {}),
        ("04-dash-for-no-cents-is-minus/chf.csv", "73.50", {}),
        ("11-discount-rate-taken-as-money/lines.csv", "1775.60", {}),
        ("11-discount-rate-taken-as-money/percent.csv", "176", {}),
        ("26-unit-in-header/cents.csv", "22.40", {}),
        ("26-unit-in-header/thousands.csv", "3700", {}),
        ("33-credit-marks/cr.csv", "120", {"credit_marks": "minus"}),
        ("33-credit-marks/cr.csv", "80", {"credit_marks": "plus"}),
        ("33-credit-marks/paren.csv", "120", {}),
    ],
)
def test_cases(cursor: Cursor, file: str, money: str, options: dict) -> None:
    report = stage(cursor, CASES / file, ImportOptions(**options))
    assert (report.money_loaded, report.set_aside) == (Decimal(money), 0)


NUMBERS: Sequence[tuple[Sequence[str], Sequence[object]]] = [
    (["Rs.500", "Rs. 750", "Rs. 1,250.50/-", "Rs 500/-", "Rs.-5", "-Rs.5"], [500, 750, "1250.5", 500, -5, -5]),
    (["kr. 1250", "kr. 1.250,50", "500 kr.", "500kr", "kr.-5"], [1250, "1250.5", 500, 500, -5]),
    (["S/. 50.20", "S/.75", "S/ 1,234.50"], ["50.2", 75, "1234.5"]),
    (["Fr. 5.50", "Fr. 1'250.-", "Fr.12.-", "Frs. 12.-", "Fr.-.50"], ["5.5", 1250, 12, 12, "-0.5"]),
    (["Bs. 5,50", "Bs.12"], ["5.5", 12]),
    (["12,50 zł.", "3 zł.", "1 234,50 zł"], ["12.5", 3, "1234.5"]),
    (["500 лв.", "12,50 лв.", "12,50лв"], [500, "12.5", "12.5"]),
    (["12,50 Lei", "5 Lei."], ["12.5", 5]),
    (["12,50 Kč", "5 Kč."], ["12.5", 5]),
    (["R.500", "R 1,250.00"], [500, 1250]),
    (["Tk. 500", "Tk500"], [500, 500]),
    (["KSh 1,200.00", "KSh.50", "Ksh50/=", "500/="], [1200, 50, 50, 500]),
    (["INR.500", "INR. 500"], [500, 500]),
    (["Rp 220.000,-", "Rp. 15.000,-", "Rp5.500"], [220000, 15000, 5500]),
    (["12,-", "49,--", "€ 5,-", "12,—", "-12,-", "(12,-)", "12,50-", "12,- €"], [12, 49, 5, 12, -12, -12, "-12.5", 12]),
    (["12.-", "5.50", "12.50-", "3-", "-12.-"], [12, "5.5", "-12.5", -3, -12]),
    (["$100.00", "$(40.00)", "($40.00)", "-$40", "$-40", "$ 40.00-", "- 40.00"], [100, *[-40] * 6]),
    (["(40.00) USD", "40.00 USD-", "-40 USD"], [-40] * 3),
    (["€1.149,00", "€ 5", "-€ 3,50", "€ -3,50", "3,50- €"], [1149, 5, *["-3.5"] * 3]),
    (["–5.00", "−5.00", "5.00"], [-5, -5, 5]),
    (["1 234,50 €", "1\u202f234,50 €", "1\u2009234,5", "1'234,50"], ["1234.5"] * 4),
    (["1.234.567", "12,50"], [1234567, "12.5"]),
    (["1,23,456.00", "12,34,567.50"], [123456, "1234567.5"]),
    (["1'234.50", "1’234.50", "+5", "1e3", "5.", ".5"], ["1234.5", "1234.5", 5, 1000, 5, "0.5"]),
    (["EUR12.50", "12.50EUR", "EUR 1,149.00"], ["12.5", "12.5", 1149]),
    (["US$1,149.00"], [1149]),
    (["12₫", "12.000₫", "1.250.000₫"], [12, 12000, 1250000]),
    (["٠١٢", "١٢٫٥", "١٬٢٣٤٫٥٠", "１２．５", "๑๒.๕"], [12, "12.5", "1234.5", "12.5", "12.5"]),
    (["1.2k", "3.4 K", "5"], [1200, 3400, 5]),
    (["3,4 tr", "12,5 triệu", "5"], [3400000, 12500000, 5]),
    (["1.5万", "2M", "2.25 Mio. €"], [15000, 2000000, 2250000]),
    (["1,234.56789k", "5.00"], ["1234567.89", 5]),
    (["1,234.50", "1.234,50", "12.50", "12,50"], ["1234.5", "1234.5", "12.5", "12.5"]),
    (["5", "-", "--", "—", "∞", "n/a", "#N/A", "NaN", "$ -"], [5, *[None] * 8]),
    (["5.5", "abc", "XX 5", "5 kg", "12-34", "1.2.3", "--5", "5 5", "12/5", "5%"], ["5.5", *[None] * 9]),
]


@pytest.mark.parametrize(("written", "read"), NUMBERS)
def test_what_stands_beside_a_number(load: Load, cursor: Cursor, written: list[str], read: list[object]) -> None:
    load(lines("Total", *written))
    assert amounts(cursor, len(written)) == [None if value is None else Decimal(str(value)) for value in read]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (["100.00", "40.00 CR", "60.00 DR"], 120),
        (["100.00", "40.00 Cr.", "60.00 Dr."], 120),
        (["100.00", "C 40.00", "D 60.00"], 120),
        (["100,00", "40,00 H", "60,00 S"], 120),
        (["100.00", "40.00 USD CR", "60.00"], 120),
        (["100.00", "-40.00 CR", "60.00 DR"], 120),
    ],
)
def test_credit_marks_are_asked(load: Load, cursor: Cursor, written: list[str], wanted: int) -> None:
    with pytest.raises(ImportRefused, match=r"--credit-marks minus .* or --credit-marks plus"):
        load(lines("Total", *written))
    report = load(lines("Total", *written), credit_marks="minus")
    assert report.money_loaded == wanted
    assert [note.code for note in report.money_notes] == ["credit_marks"]


def test_the_question_on_credit_marks_shows_both_totals(cursor: Cursor) -> None:
    (question,) = inspect(cursor, CASES / "33-credit-marks" / "cr.csv", ImportOptions()).questions
    assert (question.code, question.choices) == ("credit_marks", ("minus", "plus"))
    assert [text.rsplit(" ", 1)[1] for _, text in question.readings] == ["120.00", "80.00"]


@pytest.mark.parametrize(
    ("header", "marks"),
    [("D/C", "CDD"), ("S/H", "HSS"), ("Soll/Haben", ("Haben", "Soll", "Soll")), ("借贷方向", "贷借借")],
)
def test_a_column_of_credit_and_debit_is_asked_about(load: Load, header: str, marks: Sequence[str]) -> None:
    text = lines(f"Amount|{header}", *(f"{money}|{mark}" for money, mark in zip((40, 60, 100), marks, strict=True)))
    with pytest.raises(ImportRefused, match="--credit-marks"):
        load(text)
    assert load(text, credit_marks="minus").money_loaded == 120
    assert load(text, credit_marks="plus").money_loaded == -120


def test_signs_that_are_there_make_marks_of_sides_idle(load: Load) -> None:
    assert load(lines("Amount|D/C", "-40|C", "60|D", "100|D")).money_loaded == 120


@pytest.mark.parametrize(
    ("header", "factor", "currency"),
    [
        ("Amount (cents)", "0.01", ""),
        ("amount_cents", "0.01", ""),
        ("amountInCents", "0.01", ""),
        ("Total in ct", "0.01", ""),
        ("Price (pence)", "0.01", ""),
        ("Pris (öre)", "0.01", ""),
        ("金额（分）", "0.01", ""),
        ("金额/分", "0.01", ""),
        ("Revenue (k EUR)", "1000", "EUR"),
        ("Revenue in k", "1000", ""),
        ("Sales ($'000)", "1000", "$"),
        ("Sales (000s)", "1000", ""),
        ("Umsatz T€", "1000", "€"),
        ("Umsatz TEUR", "1000", "EUR"),
        ("Umsatz in Tsd. EUR", "1000", "EUR"),
        ("Revenue (thousands)", "1000", ""),
        ("Revenue K USD", "1000", "USD"),
        ("CA (k€)", "1000", "€"),
        ("Ventas (miles de euros)", "1000", ""),
        ("Выручка, тыс. руб.", "1000", ""),
        ("Doanh thu (nghìn đồng)", "1000", "đồng"),
        ("売上（千円）", "1000", "円"),
        ("销售额万元", "10000", "元"),
        ("金額(萬元)", "10000", ""),
        ("Doanh thu (triệu đồng)", "1000000", "đồng"),
        ("Revenue (MM)", "1000000", ""),
        ("Umsatz Mio. €", "1000000", "€"),
        ("Revenue (m EUR)", "1000000 1000", "EUR"),
        ("Faturamento (R$ mil)", "1000 1000000", "R$"),
        ("cost_micros", "0.000001", ""),
        ("积分", "", ""),
        ("Preis €/t", "", "€"),
        ("Gross per cent", "", ""),
        ("K total", "", ""),
        ("Total (EUR)", "", "EUR"),
        ("小计（元）", "", "元"),
        ("Team total", "", ""),
    ],
)
def test_units_in_headers(header: str, factor: str, currency: str) -> None:
    unit = unit_of(header)
    assert " ".join(f"{each:f}" for each in (unit.factors if unit else ())) == factor
    assert currency_of(header) == currency


def test_each_column_has_the_unit_of_its_own_header(load: Load, cursor: Cursor) -> None:
    """2 x 12.50 - 5 = 20, and 1 x 9.90."""
    report = load(lines("Quantity|Unit Price (cents)|Discount amount", "2|1250|5.00", "1|990|0"))
    assert (report.money_loaded, [note.code for note in report.money_notes]) == (Decimal("29.90"), ["unit"])


def test_the_currency_of_a_header_is_taken_when_nothing_else_names_it(load: Load, cursor: Cursor) -> None:
    load(lines("Revenue (k EUR)", "1.2"))
    assert cursor.rows("select amount, currency from staged") == [(1200, "EUR")]
    load(lines("Revenue (EUR)|Currency", "1.2|USD"))
    assert cursor.rows("select amount, currency from staged") == [(Decimal("1.2"), "USD")]


@pytest.mark.parametrize(
    ("header", "first", "answer", "money"),
    [("Amount (cents)", "10.5", "1", "30.5"), ("Revenue (m EUR)", "10.5", "1000", "30500")],
)
def test_a_unit_that_is_not_sure_is_asked(load: Load, header: str, first: str, answer: str, money: str) -> None:
    with pytest.raises(ImportRefused, match=f"--unit {answer}"):
        load(lines(header, first, "20"))
    assert load(lines(header, first, "20"), unit=answer).money_loaded == Decimal(money)


def test_a_unit_is_a_number(load: Load) -> None:
    with pytest.raises(ImportRefused, match="The unit of money is a number"):
        load(lines("Amount", "5"), unit="cents")


PRICED = "Quantity|Unit Price|Discount"


@pytest.mark.parametrize(
    ("header", "rows", "options", "money"),
    [
        (PRICED, ["2|20|10%", "1|80|25%", "1|80|0%"], {}, "176"),
        (PRICED, ["2|20|12,5%", "1|80|25%", "1|80|"], {}, "175"),
        ("Menge|Einzelpreis|Rabatt in %", ["2|20|10", "1|80|25", "1|80|0"], {}, "176"),
        ("Quantité|Prix unitaire|Taux remise", ["2|20|10", "1|80|25", "1|80|0"], {}, "176"),
        ("数量|单价|折扣", ["2|20|8折", "1|80|85折", "1|80|"], {}, "180"),
        ("Quantity|Unit Price|Discount %", ["2|20|0.1", "1|80|0.25", "1|80|0"], {}, "176"),
        (PRICED, ["2|100000|10", "1|200000|5", "1|80000|0"], {}, "450000"),
        (PRICED, ["2|20|-5", "1|80|-10.25", "1|80|0"], {}, "184.75"),
        (PRICED, ["2|20|5.25", "-1|80|10.25", "1|80|0"], {}, "45"),
        (PRICED, ["2|20|5", "1|80|10", "1|80|0"], {"discount_kind": "money"}, "185"),
        (PRICED, ["2|20|5", "1|80|10", "1|80|0"], {"discount_kind": "percent"}, "190"),
        ("Quantity|Unit Price|Discount amount", ["2|20|5", "1|80|10", "1|80|0"], {}, "185"),
        (PRICED, ["2|20|120", "1|800|10", "10|80|0"], {}, "1510"),
    ],
)
def test_what_discounts_are(load: Load, header: str, rows: list[str], options: dict, money: str) -> None:
    report = load(lines(header, *rows), **options)
    assert report.money_loaded == Decimal(money)


@pytest.mark.parametrize(
    ("header", "rows", "ways"),
    [
        (PRICED, ["2|20|5", "1|80|10", "1|80|0"], ["money", "percent"]),
        (PRICED, ["2|2|0.1", "1|3|0.25", "1|8|0"], ["money", "rate"]),
        ("数量|单价|折扣率", ["2|20|0.8", "1|80|0.85", "1|80|1"], ["money", "rate", "paid"]),
    ],
)
def test_discounts_that_may_be_both_are_asked(load: Load, header: str, rows: list[str], ways: list[str]) -> None:
    answers = " or ".join(f"--discount-kind {way}" for way in ways)
    with pytest.raises(ImportRefused, match=answers):
        load(lines(header, *rows))


def test_a_percent_beside_the_amount_moves_none(load: Load, cursor: Cursor) -> None:
    report = load(lines("Quantity|Unit Price|Total|Discount", "2|20|36|10", "1|80|60|25", "1|80|80|0"))
    assert report.money_loaded == 176
    assert cursor.rows("select discount from staged order by line_no") == [(4,), (20,), (0,)]


def test_what_is_taken_off_may_be_written_below_zero(load: Load, cursor: Cursor) -> None:
    report = load(lines("Total|Cost", "40|-3", "80|-4"))
    assert cursor.rows("select cost from staged order by line_no") == [(3,), (4,)]
    assert [note.code for note in report.money_notes] == ["below_zero"]
    report = load(lines("Total|Tax", "40|-3", "80|-4"), columns={"tax_in_amount": "Tax"})
    assert report.money_loaded == 113


def test_an_amount_that_is_a_price_is_asked_about(load: Load) -> None:
    text = lines("Quantity|Unit Price|Amount", "2|10.50|10.50", "3|10.50|10.50", "1|10.50|10.50")
    with pytest.raises(ImportRefused, match="--amounts unit or --amounts line"):
        load(text)
    assert load(text, amounts="unit").money_loaded == 63
    assert load(text, amounts="line").money_loaded == Decimal("31.50")


SINGLE = [f"s{i}|c{i % 900}|2024-01-15|p{i % 7}|{10 + i % 50}.50" for i in range(5000)]
"""Orders of one line: 5000 of 10.50 to 59.50, 175,000 in all."""
EACH = [f"e{i}|c|2024-01-15|p{line}|{20 + i % 50}.50" for i in range(400) for line in (1, 2)]
"""Orders of two lines with the total on each: 400 of 20.50 to 69.50, 18,000 in all."""
ON_FIRST = [row if i % 2 == 0 else row.rsplit("|", 1)[0] + "|" for i, row in enumerate(EACH)]
ODD = ["odd|c|2024-01-15|p1|10.50", "odd|c|2024-01-15|p2|12.50"]


def bought(*rows: str) -> str:
    return "\n".join(["Order ID|Customer ID|Date|Product|Total", *rows, ""])


@pytest.mark.parametrize("late", [EACH, ON_FIRST])
@pytest.mark.parametrize("odd", [[], ODD])
def test_habits_of_orders_are_told_from_the_whole_file(load: Load, late: list[str], odd: list[str]) -> None:
    report = load(bought(*SINGLE, *late, *odd))
    assert report.money_loaded == 193_000 + (Decimal("10.50") if odd else 0)
    assert [(note.code, note.money) for note in report.money_notes] == (
        [("odd_totals", Decimal("-12.50"))] if odd else []
    )


def test_thin_evidence_of_totals_is_asked(load: Load) -> None:
    """Four orders of 20.50 to 23.50: 88 as totals, 176 as lines."""
    with pytest.raises(ImportRefused, match="--amounts order or --amounts line"):
        load(bought(*SINGLE, *EACH[:8]))
    assert load(bought(*SINGLE, *EACH[:8]), amounts="order").money_loaded == 175_088
    assert load(bought(*SINGLE, *EACH[:8]), amounts="line").money_loaded == 175_176


@pytest.mark.parametrize("written", [["1.234", "2.345"], ["1.234"] * 50 + ["1.50"], ["12.50", "12,50", "1.234"]])
def test_a_decimal_mark_that_little_speaks_for_is_asked(load: Load, written: list[str]) -> None:
    with pytest.raises(ImportRefused, match=r"--decimal \. or --decimal ,"):
        load(lines("Total", *written))


def test_a_few_contrary_numbers_do_not_change_the_mark(load: Load, cursor: Cursor) -> None:
    written = ["1.250,50"] * 500 + ["12.50", "1.234"]
    report = load(lines("Total", *written))
    assert amounts(cursor, len(written))[-2:] == [Decimal("12.50"), 1234]
    assert [(note.code, note.rows) for note in report.money_notes] == [("two_decimal_marks", 1)]


GROUPS = st.sampled_from(
    [("", "."), (",", "."), ("'", "."), (" ", "."), ("", ","), (".", ","), ("\u202f", ","), ("’", ",")]
)
BESIDE = st.sampled_from(
    ["{}", "Rs.{}", "Rs. {}", "{} kr.", "kr.{}", "S/. {}", "€{}", "{} zł.", "USD {}", "{}₫", "Rp. {}"]
)
SIGNED = st.sampled_from(["-{}", "({})", "{}-", "−{}"])


@settings(max_examples=25, deadline=None)
@given(
    cents=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8),
    marks=GROUPS,
    beside=BESIDE,
    signed=SIGNED,
)
def test_numbers_of_any_convention_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, cents: list[int], marks: tuple[str, str], beside: str, signed: str
) -> None:
    group, mark = marks
    texts = [f"{abs(cent):,}".replace(",", group) + f"{mark}{i % 90 + 10}" for i, cent in enumerate(cents)]
    written = [
        signed.format(beside.format(t)) if c < 0 else beside.format(t) for c, t in zip(cents, texts, strict=True)
    ]
    path = tmp_path_factory.mktemp("numbers") / "orders.csv"
    path.write_text(lines("Total", *written), encoding="utf-8")
    database = Database(None)
    with database.transaction() as cursor:
        stage(cursor, path, ImportOptions())
        found = amounts(cursor, len(cents))
    database.close()
    expected = [Decimal(f"{abs(cent)}.{i % 90 + 10}") * (-1 if cent < 0 else 1) for i, cent in enumerate(cents)]
    assert found == expected
