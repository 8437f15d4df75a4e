"""Small shops of which much cannot be told: nobody comes back, or nobody is named."""

import csv
from datetime import date, timedelta
from pathlib import Path

from loyalty_metrics import Workspace

NO_REPEATS, NO_CUSTOMERS = "no_repeats", "no_customers"
_DAYS = [date(2025, 1, 3) + timedelta(days=3 * n) for n in range(120)]
_PRODUCTS = (("Teapot", "Kitchen", 24.5), ("Mug", "Kitchen", 8.0), ("Lamp", "Home", 59.9), ("Rug", "Home", 120.0))


def make(folder: Path) -> None:
    """Make each shop in a folder of workspaces."""
    for name, has_customers in ((NO_REPEATS, True), (NO_CUSTOMERS, False)):
        orders = folder / f"{name}.csv"
        _write(orders, has_customers)
        workspace = Workspace.open(folder / f"{name}.duckdb")
        workspace.import_file(orders)
        workspace.close()


def _write(path: Path, has_customers: bool) -> None:
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        buyer = ["customer_id", "country", "acquired_through"] if has_customers else []
        lines.writerow(["order_id", "ordered_at", "product_id", "category", "channel", "quantity", "amount", *buyer])
        for n, day in enumerate(_DAYS):
            product, category, price = _PRODUCTS[n % len(_PRODUCTS)]
            who = [f"C{n:03}", ("FR", "DE")[n % 2], ("search", "friend", "ad")[n % 3]] if has_customers else []
            channel, pieces = ("web", "store")[n % 2], 1 + n % 3
            lines.writerow([f"O{n:03}", day, product, category, channel, pieces, f"{price * pieces:.2f}", *who])
