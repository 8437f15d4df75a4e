"""Exports as shops and marketplaces write them, in `exports/`, with the totals that follow from them by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

EXPORTS = Path(__file__).parent / "exports"


@dataclass(frozen=True)
class Format:
    """One export.

    Attributes:
        file: Its name.
        preset: What it is recognised as.
        customers: Different customers of the loaded lines; None where the format has none.
        orders: Different orders that are loaded.
        net: Money of all loaded lines, refunds taken off.
        first: The first moment, as text.
        aside: Rows and money set aside, by reason.
        options: What the analyst has to say.
    """

    file: str
    preset: str
    customers: int | None
    orders: int
    net: str
    first: str
    aside: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return EXPORTS / self.file

    @property
    def net_money(self) -> Decimal:
        """The money as a number."""
        return Decimal(self.net)


FORMATS = (
    Format(
        "ebay.csv",
        "ebay",
        2,
        3,
        "1142.48",
        "2025-07-21 00:00:00",
        {"summary_row": (1, "90"), "blank_line": (1, "0"), "date_missing": (1, "0"), "field_count": (1, "0")},
    ),
    Format("etsy_items.csv", "etsy_items", 2, 2, "62.00", "2023-11-05 00:00:00", {}),
    Format(
        "amazon.txt", "amazon", None, 2, "29.50", "2024-03-01 08:15:30", {"cancelled": (1, "0"), "unpaid": (1, "12")}
    ),
    Format(
        "paypal.csv",
        "paypal",
        3,
        4,
        "1045.00",
        "2024-01-05 09:15:00",
        {"not_a_sale": (2, "-907"), "cancelled": (1, "50")},
    ),
    Format(
        "magento.csv", "magento", 2, 3, "1250.00", "2024-01-05 10:22:33", {"cancelled": (1, "10"), "unpaid": (1, "30")}
    ),
    Format("odoo.csv", "odoo", 2, 2, "130.50", "2024-02-01 08:30:00", {"unpaid": (1, "50"), "cancelled": (1, "80")}),
    Format(
        "stripe.csv",
        "stripe_payments",
        2,
        3,
        "84.50",
        "2024-05-01 10:00:00",
        {"unpaid": (1, "40"), "test_order": (1, "40")},
    ),
    Format("square_items.csv", "square_items", 2, 3, "1024.00", "2026-03-01 08:05:10", {}),
    Format("lazada.csv", "lazada", 3, 3, "41.50", "2024-01-05 10:12:00", {"cancelled": (1, "9.90")}),
    Format(
        "tiktok.csv",
        "tiktok_shop",
        2,
        2,
        "480000",
        "2024-01-05 08:30:00",
        {"cancelled": (1, "150000"), "unpaid": (1, "150000"), "description_line": (1, "0")},
    ),
    Format("sapo.csv", "sapo", 2, 2, "880000", "2024-03-15 09:30:00", {"cancelled": (1, "150000")}, {"decimal": ","}),
    Format("haravan.csv", "sapo", 2, 2, "240000", "2024-04-01 09:30:00", {"cancelled": (1, "120000")}),
    Format(
        "taobao.csv", "taobao", 3, 3, "158.00", "2024-06-01 20:00:01", {"cancelled": (1, "45"), "unpaid": (1, "30")}
    ),
    Format("jd.csv", "jd", 2, 2, "220.00", "2024-06-18 10:00:00", {"cancelled": (1, "30")}),
    Format("pinduoduo.csv", "pinduoduo", None, 4, "34.60", "2024-06-01 10:00:00", {"cancelled": (1, "17.80")}),
    Format("youzan.csv", "youzan", 1, 2, "185.50", "2024-07-01 12:00:00", {"cancelled": (1, "120")}),
    Format("kiotviet.csv", "kiotviet", 1, 2, "160000", "2024-02-01 10:00:00", {"cancelled": (1, "30000")}),
    Format("loyverse.csv", "loyverse", 1, 3, "10.00", "2026-07-28 13:33:00", {"cancelled": (1, "7")}),
)
