"""What a share is made of, in the words that every chart uses under the pointer."""

from collections.abc import Mapping
from typing import Any

from loyalty_metrics.language import _, format_value, ngettext


def out_of(row: Mapping[str, Any], part: str = "") -> str:
    """How many of how many customers were retained.

    Args:
        row: With `retained` and `size`.
        part: What these names begin with, such as `older_`.
    """
    return _("{retained} of {size} customers").format(
        retained=format_value(row[f"{part}retained"], "count"), size=format_value(row[f"{part}size"], "count")
    )


def customers_counted(n: int) -> str:
    """So many customers."""
    return ngettext("{n} customer", "{n} customers", n).format(n=format_value(n, "count"))
