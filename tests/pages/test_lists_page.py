"""Lists on their pages: searched, saved, opened, renamed, deleted and had back; large ones made into files beside."""

from pathlib import Path

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.errors import ImportCancelled
from pages._ui import jobs, listing, workspaces
from tests.oracles.tables import purchases
from tests.pages.conftest import Open, tables, texts


@pytest.fixture
def shop(folder: Path, tmp_path: Path) -> Workspace:
    """A workspace of the app with nine customers."""
    lines = purchases(*((f"c{n}", f"2025-01-{n + 1:02}", 10 + n) for n in range(9)))
    lines.to_parquet(tmp_path / "lines.parquet")
    workspace = workspaces.get(workspaces.create("shop"))
    workspace.import_file(tmp_path / "lines.parquet")
    return workspace


def who(open_page: Open, workspace: str = "shop", **query: str):
    app = open_page("segments", section="groups", workspace=workspace, **query)
    return app.button_group(key="rfm_segments.panel").set_value("who").run()


def test_a_list_is_searched(open_page: Open, sample: Workspace) -> None:
    app = who(open_page, "sample")
    people = sample.customers("rfm_segments", segment="Champions").frame
    one = people["customer_id"].iloc[7]
    app.text_input(key="rfm_segments.who.search").set_value(one.lower()).run()
    assert not app.exception
    assert list(app.dataframe[0].value["customer_id"]) == [one]
    assert "1 found." in texts(app)
    app.multiselect(key="rfm_segments.who.columns").set_value(["monetary", "email"]).run()
    assert list(app.dataframe[0].value.columns) == ["customer_id", "monetary", "email"]
    assert "In a workspace of your own you can save this list." in texts(app)


def test_a_list_is_saved_and_lives_on(open_page: Open, shop: Workspace, tmp_path: Path) -> None:
    assert "No list was saved yet" in texts(open_page("lists", workspace="shop"))
    app = who(open_page, window="30")
    app.text_input(key="rfm_segments.who.save_name").set_value("Best *ones*").run()
    app.button(key="rfm_segments.who.save").click().run()
    assert not app.exception and not app.error
    (one,) = shop.saved_lists()
    assert one.scope.window == 30 and one.scope.as_of is None and one.cell == {"segment": "Champions"}
    lines = purchases(("c8", "2025-02-01", 500), ("c9", "2025-02-01", 700)).assign(order_id=["x", "y"])
    lines.to_parquet(tmp_path / "more.parquet")
    shop.import_file(tmp_path / "more.parquet")
    page = open_page("lists", workspace="shop")
    standing = shop.list_standing(one)
    assert standing.joined > 0
    assert f"+{standing.joined} −{standing.left}" in tables(page)
    assert len(page.dataframe[0].value) == standing.now
    page = open_page("lists", workspace="shop", part="joined")
    assert set(page.dataframe[0].value["customer_id"]) == set(
        shop.list_changes(one).query("change == 'joined'")["customer_id"]
    )


def test_a_list_is_renamed_deleted_and_had_back(open_page: Open, shop: Workspace) -> None:
    number = shop.save_list("One", "rfm_segments", segment="Champions")
    shop.save_list("Two", "rfm_segments", segment="Lost")
    app = open_page("lists", workspace="shop")
    app.text_input(key=f"saved.name.{number}").set_value("two").run()
    app.button(key=f"saved.rename.{number}").click().run()
    assert "There is a list 'two' already" in texts(app)
    app.text_input(key=f"saved.name.{number}").set_value("First").run()
    app.button(key=f"saved.rename.{number}").click().run()
    assert [one.name for one in shop.saved_lists()] == ["First", "Two"]
    app.button(key=f"saved.delete.{number}").click().run()
    assert not app.exception
    assert [one.name for one in shop.saved_lists()] == ["Two"] and "**First** (" in texts(app)
    app.button(key="lists.undo").click().run()
    assert [one.name for one in shop.saved_lists()] == ["First", "Two"] and "was deleted" not in texts(app)


def test_a_list_that_means_nothing_any_more_says_so(open_page: Open, shop: Workspace) -> None:
    shop.save_list("Old", "rfm_segments", segment="Champions")
    with shop._database.transaction() as cursor:
        cursor.run("update saved_lists set measure = 'gone_measure'")
    app = open_page("lists", workspace="shop")
    assert not app.exception
    assert "its customers cannot be found any more" in texts(app) and "cannot be told" in tables(app)


def test_a_large_file_is_made_beside_the_page(
    open_page: Open, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "AT_ONCE", 0)
    app = who(open_page)
    make = next(button for button in app.button if button.label == "Make XLSX")
    make.click().run()
    assert not app.exception
    download = next(button for button in app.get("download_button") if "Download XLSX" in button.label)
    assert download.label.startswith("Download XLSX (0")
    assert any(button.label == "Make CSV" for button in app.button)


def test_a_large_file_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = purchases(*((f"c{n}", "2025-01-01", 1) for n in range(20_000)))
    seen = listing.of(frame, {}, "all", {}).fetch(listing.Look(limit=None))
    assert (len(seen.frame), seen.everyone) == (20_000, 20_000)
    stopped: list[int] = []

    def work(watch: jobs.Watch) -> bytes:
        monkeypatch.setattr(watch, "advance", lambda done: (stopped.append(done), watch.cancel(), watch.check()))
        return listing.FILES["xlsx"][0](seen.frame, {}, watch)

    job = jobs.Job(work)
    assert job.is_over_within(60)
    assert stopped == [5_000] and isinstance(job.error, ImportCancelled)
