"""A program that is killed while it imports, at many moments, leaves the last good version of the workspace."""

import multiprocessing
import os
import random
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Workspace
from tests.keeping.shops import assert_same, tables
from tests.oracles.strategies import SEARCH

MOMENTS = SEARCH or 5
ROWS = 12_000


def bring(workspace: str, file: str, begun) -> None:
    """What the program does that is killed."""
    opened = Workspace.open(workspace)
    begun.set()
    opened.import_file(file, who="Mara", known_orders="replace")
    os.kill(os.getpid(), signal.SIGKILL)  # and even a finished one never closes the file


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace, and a second export that overlaps what is in it and restates some orders."""
    folder = tmp_path_factory.mktemp("killed")
    generator = np.random.default_rng(5)
    lines = pd.DataFrame(
        {
            "order_id": np.arange(ROWS) // 2,
            "customer_id": (np.arange(ROWS) // 2) % 997,
            "ordered_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(ROWS) // 60, unit="D"),
            "amount": generator.integers(1, 5000, ROWS) / 100,
        }
    )
    half = ROWS // 2
    lines.iloc[: half + 100].to_parquet(folder / "first.parquet")
    second = lines.iloc[half - 400 :].copy()
    second.iloc[:40, 3] += 1
    second.to_parquet(folder / "second.parquet")
    workspace = Workspace.open(folder / "shop.duckdb")
    workspace.import_file(folder / "first.parquet")
    workspace.close()
    return folder


def test_the_last_good_version_is_found_and_the_next_start_says_what_happened(shop: Path, tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    before, after = _versions(shop, tmp_path)
    longest, _ = _killed(processes, shop, tmp_path / "timed", after=None)
    moments = random.Random(11)
    told = []
    for n in range(MOMENTS):
        _, path = _killed(processes, shop, tmp_path / str(n), after=longest * (n + moments.random()) / MOMENTS)
        workspace = Workspace.open(path)
        finished = workspace.version == 2
        told.append(workspace.incident)
        if finished or workspace.incident is None:
            assert finished == (len(workspace.imports()) == 2)
        else:
            assert "The import of second.parquet" in workspace.incident
            assert "by Mara, did not finish; nothing of it was kept" in workspace.incident
        assert_same(after if finished else before, tables(workspace))
        workspace.close()
        again = Workspace.open(path)
        assert again.incident is None
        again.close()
    assert sum(incident is not None for incident in told) >= MOMENTS // 3


def _versions(shop: Path, folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """What the workspace holds before and after the import."""
    path = folder / "whole.duckdb"
    shutil.copy(shop / "shop.duckdb", path)
    workspace = Workspace.open(path)
    before = tables(workspace)
    workspace.import_file(shop / "second.parquet", known_orders="replace")
    after = tables(workspace)
    workspace.close()
    return before, after


def _killed(processes, shop: Path, folder: Path, after: float | None) -> tuple[float, Path]:
    """Import in another process, and kill it so many seconds after it began; None lets it finish."""
    folder.mkdir()
    path = folder / "shop.duckdb"
    shutil.copy(shop / "shop.duckdb", path)
    begun = processes.Event()
    process = processes.Process(target=bring, args=(str(path), str(shop / "second.parquet"), begun))
    process.start()
    assert begun.wait(60)
    begin = time.perf_counter()
    process.join(after)
    process.kill()
    process.join()
    return time.perf_counter() - begin, path
