"""Questions asked while the data changes are answered from one version of it, never from a mixture."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pandas as pd
import pytest

from loyalty_metrics.scope import Scope
from loyalty_metrics.workspace import Workspace
from tests.oracles.tables import purchases

BEFORE = purchases(*[(f"c{i % 7}", f"2024-0{1 + i % 3}-{1 + i % 25:02d}", 5 + i) for i in range(40)])
AFTER = purchases(*[(f"c{i % 11}", f"2024-0{1 + i % 5}-{2 + i % 23:02d}", 3 + i) for i in range(60)])
ASKED = ("cohort_retention", "customer_flow", "rfm_scores", "pareto_curve", "repeats_vs_spend", "what_counts")
SCOPES = [Scope(), Scope(as_of="2024-02-20"), Scope(filters={"channel": ""}, grain="week")]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "before.parquet", tmp_path / "after.parquet"
    BEFORE.to_parquet(paths[0])
    AFTER.assign(order_id="n" + AFTER["order_id"]).to_parquet(paths[1])
    return paths


def workspace_of(*paths: Path) -> Workspace:
    workspace = Workspace.in_memory()
    for path in paths:
        workspace.import_file(path)
    return workspace


def answers(workspace: Workspace, scope: Scope, names: Iterable[str] = ()) -> dict[str, pd.DataFrame]:
    """What these measures answer, or all of them."""
    names = names or [card.name for card in workspace.registry.measures]
    return {name: workspace.measure(name, scope).frame for name in names}


def same(given: pd.DataFrame, wanted: pd.DataFrame) -> bool:
    try:
        pd.testing.assert_frame_equal(given, wanted, check_dtype=False)
    except AssertionError:
        return False
    return True


def test_answers_during_an_import_are_of_one_version_and_say_which(files: tuple[Path, Path]) -> None:
    old, new = workspace_of(files[0]), workspace_of(*files)
    by_version = {w.version: [answers(w, scope, ASKED) for scope in SCOPES] for w in (old, new)}
    workspace = workspace_of(files[0])
    done = Event()

    def ask(thread: int) -> list[str]:
        wrong, last_round = [], False
        while not last_round:
            last_round = done.is_set()
            for i, name in enumerate(ASKED):
                which = (thread + i) % len(SCOPES)
                result = workspace.measure(name, SCOPES[which])
                if not same(result.frame, by_version[result.version][which][name]):
                    wrong.append(f"{name} {SCOPES[which].describe()} as version {result.version}")
        return wrong

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, thread) for thread in range(8)]
        try:
            workspace.import_file(files[1])
        finally:
            done.set()
        assert [wrong for answer in asked for wrong in answer.result()] == []
    assert workspace.version == new.version


def test_an_import_between_the_steps_of_a_question_does_not_mix_versions(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import commits just before the statement is run."""
    old = workspace_of(files[0])
    for name in ("cohort_retention", "rfm_scores", "customer_flow", "repeat_purchase_rate"):
        workspace = workspace_of(files[0])
        workspace.derive()  # or the statement that is caught would be one that rebuilds what is derived
        compose, importing = workspace.registry.compose, []

        def with_import(*args: object, ws=workspace, original=compose, importing=importing, **named: object) -> str:
            if not importing:
                importing.append(True)
                with ThreadPoolExecutor(1) as other:
                    other.submit(ws.import_file, files[1]).result()
            return original(*args, **named)

        with patched(monkeypatch, workspace.registry, with_import):
            result = workspace.measure(name)
        assert importing and workspace.version == result.version + 1
        assert same(result.frame, old.measure(name).frame)


@contextmanager
def patched(monkeypatch: pytest.MonkeyPatch, registry: object, compose: object) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(registry, "compose", compose)
        yield


def test_undoing_an_import_gives_back_what_was_shown(files: tuple[Path, Path]) -> None:
    old, workspace = workspace_of(files[0]), workspace_of(*files)
    workspace.undo_import(2)
    given, wanted = answers(workspace, Scope()), answers(old, Scope())
    assert [name for name in wanted if not same(given[name], wanted[name])] == []
