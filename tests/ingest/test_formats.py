"""Exports as shops write them import right with nothing said of their columns: totals are those counted by hand."""

from decimal import Decimal

import pytest

from loyalty_metrics.database import Cursor
from loyalty_metrics.ingest import ImportOptions, inspect, stage
from tests.ingest.formats import EXPORTS, FORMATS, Format


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.file)
def test_totals_are_those_counted_by_hand(cursor: Cursor, known: Format) -> None:
    options = ImportOptions(**known.options)
    assert inspect(cursor, known.path, options).preset == known.preset
    report = stage(cursor, known.path, options)
    customers, orders, net, first = cursor.row(
        "select count(distinct customer_id), count(distinct order_id), sum(amount), cast(min(ordered_at) as varchar)"
        " from staged"
    )
    aside = {reason.code: (reason.rows, reason.money) for reason in report.reasons}
    assert aside == {code: (rows, Decimal(money)) for code, (rows, money) in known.aside.items()}
    assert (customers, orders, net, first) == (known.customers or 0, known.orders, known.net_money, known.first)
    told = [*report.notes, *(note.sentence for note in report.money_notes)]
    assert not any("not known as states" in sentence for sentence in told)


def test_what_the_shop_pays_for_is_no_refund(cursor: Cursor) -> None:
    stage(cursor, EXPORTS / "paypal.csv", ImportOptions())
    assert cursor.rows("select amount, refund_of from staged where kind = 'refund'") == [(-20, "2AB")]
    moved = cursor.rows("select line_no, cast(money as double) from set_aside where reason = 'not_a_sale'")
    assert sorted(moved) == [(5, -7), (6, -900)]
