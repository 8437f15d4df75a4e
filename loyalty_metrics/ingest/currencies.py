"""Several currencies in one file: one of them is loaded, or all are converted by a table of rates; never added up."""

import csv
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import ImportRefused
from loyalty_metrics.ingest.currency_signs import read_signs, signs
from loyalty_metrics.ingest.questions import Question
from loyalty_metrics.ingest.recognise import Match
from loyalty_metrics.ingest.values import Reading, Values

RATES = "exchange_rates"
_MONEY = ("amount", "unit_price", "discount", "cost", "refunded")
_MOST = 20


def settle_currency(values: Values, cells: dict[str, Reading], matches: Mapping[str, Match]) -> str | None:
    """Read the currency of each row, and say by what SQL a row is of another one than is loaded.

    Returns:
        The condition for rows that are kept out; None where all are loaded.
    """
    wanted = values.options.currency.strip().upper() if values.options.currency else None
    if "currency" not in cells:
        read_signs(values, cells, matches, wanted)
    if "currency" not in cells:
        if wanted:
            values.parameters["currency"] = wanted
            cells["currency"] = Reading("$currency", "true")
        return None
    reading = cells["currency"]
    code = f"upper({reading.store})"
    cells["currency"] = Reading(code, reading.filled)
    found = values.cursor.rows(
        f"select {code} as code, count(*) as rows from {values.source.relation} where {reading.filled}"
        f" group by code order by rows desc, code limit {_MOST}",
        values.parameters,
    )
    if values.options.rates and wanted:
        load_rates(values.cursor, Path(values.options.rates), wanted)
        values.parameters["currency"] = wanted
        values.notes.append(f"Money is converted into {wanted} by the rates of {Path(values.options.rates).name}.")
        return None
    if values.options.rates:
        raise ImportRefused("Rates need a currency to convert into: name it with --currency, such as --currency EUR.")
    if wanted:
        values.parameters["currency"] = wanted
        several = "" if len(found) > 1 else f" and {reading.filled}"
        return f"({code} is distinct from $currency{several})"
    if len(found) > 1:
        _ask(values, found)
    return None


def _ask(values: Values, found: list[tuple[str, int]]) -> None:
    counts = ", ".join(f"{code}: {rows:,} rows" for code, rows in found)
    found = [(code, rows) for sign, rows in found for code in signs().get(sign, (sign,))]
    sentence = (
        f'{values.source.name} holds several currencies ({counts}) in column "{values.header("currency")}"; load one of'
        f" them with --currency {found[0][0]}, or convert all with --rates FILE (columns date, currency, rate)."
    )
    choices = tuple(code for code, _ in found)
    readings = tuple((code, f"{rows:,} rows are loaded, the others are set aside") for code, rows in found)
    values.questions.append(Question("currencies", sentence, "currency", values.header("currency"), choices, readings))


def load_rates(cursor: Cursor, path: Path, base: str) -> None:
    """Read a table of rates: what one unit of a currency is worth in the base currency on a day.

    Raises:
        ImportRefused: It cannot be read; the message names the line.
    """
    if not path.is_file():
        raise ImportRefused(f"There is no file of rates {path}.")
    days: list[date] = []
    codes: list[str] = []
    rates: list[Decimal] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"date", "currency", "rate"} <= set(reader.fieldnames or ()):
            raise ImportRefused(f"{path.name} is no file of rates: it needs the columns date, currency, rate.")
        for row in reader:
            day, code, rate = _rate(path, reader.line_num, row)
            days.append(day)
            codes.append(code)
            rates.append(rate)
    if len(set(zip(days, codes, strict=True))) < len(days):
        raise ImportRefused(f"{path.name} has two rates of one currency on one day; leave one.")
    columns = {"day": pa.array(days, pa.date32()), "code": pa.array(codes, pa.string())}
    table = pa.table({**columns, "rate": pa.array(rates, pa.decimal128(18, 8)), "base": [base] * len(days)})
    cursor.register("import_rates", table)
    cursor.run(f"create or replace temp table {RATES} as select * from import_rates")


def _rate(path: Path, line: int, row: Mapping[str, str]) -> tuple[date, str, Decimal]:
    try:
        day, rate = date.fromisoformat(row["date"].strip()), Decimal(row["rate"].strip())
        if not 0 < rate < 10**10:
            raise ValueError("no rate")
    except (ValueError, InvalidOperation, AttributeError) as error:
        raise ImportRefused(
            f"{path.name}, line {line}: dates are written 2026-01-31 and rates 1.0845, above 0; found {dict(row)}."
        ) from error
    return day, row["currency"].strip().upper(), rate.quantize(Decimal("1e-8"))


def converted(rows: str, kept: Mapping[str, Reading]) -> str:
    """Turn the money of a query's rows into the currency of `$currency`, each row by the rate of its day."""
    rate = "case when currency = $currency then cast(1 as decimal(18,8)) else rate end"
    money = ", ".join(
        f"cast(round({name} * ({rate}), 4) as decimal(18,4)) as {name}" for name in _MONEY if name in kept
    )
    return (
        f"select read.* replace ({money}, $currency as currency) from ({rows}) as read"
        f" left join {RATES} as r on cast(ordered_at as date) = r.day and currency = r.code"
    )


def refuse_missing_rates(cursor: Cursor, name: str, rows: str, parameters: Mapping[str, object]) -> None:
    """Refuse an import that lacks a rate, and name the first day and currency it lacks one for."""
    found = cursor.rows(
        f"select cast(ordered_at as date) as day, currency, count(*) as rows from ({rows}) as read"
        f" anti join {RATES} as r on cast(ordered_at as date) = r.day and currency = r.code"
        " where currency <> $currency and ordered_at is not null group by day, currency order by day, currency limit 1",
        parameters,
    )
    if found:
        day, code, count = found[0]
        raise ImportRefused(
            f"{name}: there is no rate of {code} on {day} ({count:,} rows); add it to the file of rates and try again."
        )
