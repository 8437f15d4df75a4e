"""The Data page: from an upload to a loaded workspace, refusals, and back again."""

import gc
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from loyalty_metrics import Workspace
from pages._ui import local_files, workspaces
from tests.pages.conftest import Open, link, tables, texts

ORDERS = b"""order_id,customer_id,order_date,amount
1,A,2026-01-05,10.00
2,B,2026-01-07,20.00
3,A,2026-02-05,30.00
4,C,2026-02-30,40.00
"""


def upload(app: AppTest, content: bytes, name: str = "orders.csv") -> AppTest:
    """Drop one file on the page."""
    return app.file_uploader[0].set_value((name, content, "text/csv")).run()


def new_workspace(app: AppTest, name: str) -> AppTest:
    """Fill in the form for a new workspace."""
    app.text_input(key="data.name").set_value(name)
    return next(button for button in app.button if button.label == "Make workspace").click().run()


def load_button(app: AppTest):
    """The button that loads the first file."""
    return next(button for button in app.button if (button.key or "").startswith("load.go"))


def test_upload_into_a_new_workspace_is_checked_loaded_and_undone(open_page: Open, folder: Path) -> None:
    app = upload(open_page("data"), ORDERS)
    assert "cannot be changed" in texts(app)
    app = new_workspace(app, "My shop")
    assert link(app)["workspace"] == ["My_shop"]
    assert "**Loaded**" in tables(app)
    assert load_button(app).label == "Load 3 rows into My shop"
    load_button(app).click().run()
    assert not app.exception
    assert "Loaded 3 rows" in app.success[0].value
    workspace = workspaces.get("My_shop")
    assert workspace.table_rows()["transactions"] == 3
    assert len(workspace.set_aside(1)) == 1
    app.button(key="history.undo.1").click().run()
    assert workspace.table_rows()["transactions"] == 0
    assert "This import was taken back." in texts(app)
    app.switch_page("pages/data.py").run()
    assert not app.exception


def test_undo_says_which_past_figures_would_move_and_moves_none(open_page: Open, folder: Path, tmp_path: Path) -> None:
    workspace = workspaces.get(workspaces.create("shop"))
    for name, rows in (("old", "1,a,2026-01-05,10\n2,b,2026-03-05,20\n"), ("late", "3,c,2026-01-09,7\n")):
        file = tmp_path / f"{name}.csv"
        file.write_text("order_id,customer_id,ordered_at,amount\n" + rows)
        workspace.import_file(file)
    app = open_page("data", workspace="shop")
    app.button(key="history.preview.2").click().run()
    assert not app.exception
    assert "would move:**" in texts(app)
    (told,) = (table.value for table in app.table if "Without this file" in table.value)
    revenue = told[told["Figure"] == "Revenue"].iloc[0]
    assert (revenue["Month"], revenue["Now"], revenue["Without this file"]) == ("Jan 2026", "17", "10")
    assert workspace.table_rows()["transactions"] == 3


def test_file_that_was_loaded_before_has_nothing_to_load(open_page: Open, folder: Path) -> None:
    name = workspaces.create("shop")
    path = folder / "orders.csv"
    path.write_bytes(ORDERS)
    workspaces.get(name).import_file(path)
    app = upload(open_page("data", workspace=name), ORDERS)
    assert "in the workspace already" in texts(app)
    assert not [button for button in app.button if (button.key or "").startswith("load.go")]
    assert workspaces.get(name).table_rows()["transactions"] == 3


def test_newer_version_of_known_orders_is_asked_about(open_page: Open) -> None:
    shop = workspaces.get(workspaces.create("shop"))
    app = upload(open_page("data", workspace="shop"), ORDERS)
    load_button(app).click().run()
    upload(app, ORDERS.replace(b"2026-01-07,20.00", b"2026-01-07,12.00"), "again.csv")
    question = next(radio for radio in app.radio if ".question." in (radio.key or ""))
    assert [option.split()[0] for option in question.options] == ["Add", "Replace"]
    question.set_value("replace").run()
    load_button(app).click().run()
    assert not app.exception
    assert shop.measure("what_counts").frame["revenue"].sum() == 52


def test_file_that_cannot_be_read_is_refused_with_a_message(open_page: Open) -> None:
    name = workspaces.create("shop")
    app = upload(open_page("data", workspace=name), b"PK\x03\x04 not a workbook", "broken.xlsx")
    assert not app.exception
    assert app.error
    assert workspaces.get(name).table_rows()["transactions"] == 0


def test_doubtful_dates_are_asked_for_and_the_answer_is_taken(open_page: Open) -> None:
    name = workspaces.create("shop")
    content = b"order_id,customer_id,order_date,amount\n1,A,01/02/2026,10\n2,B,03/04/2026,20\n"
    app = upload(open_page("data", workspace=name), content)
    assert app.warning
    question = next(radio for radio in app.radio if ".question." in (radio.key or ""))
    question.set_value(question.options[0]).run()
    assert not app.warning
    assert load_button(app).label.startswith("Load 2 rows")


def test_column_can_be_taken_for_something_else(open_page: Open) -> None:
    name = workspaces.create("shop")
    content = b"no,who,day,paid,other\n1,A,2026-01-05,10,5\n2,B,2026-01-07,20,6\n"
    app = upload(open_page("data", workspace=name), content)
    choose = next(box for box in app.selectbox if ".column.amount." in (box.key or ""))
    choose.set_value("paid").run()
    assert not app.exception
    assert "paid" in tables(app)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploads lie while the session works with them."""
    there = tmp_path / "temporary"
    there.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(there))
    return there


@pytest.mark.parametrize("button", ["load.go.1", "file.drop.1"])
def test_upload_is_on_disk_once_until_it_is_loaded_or_left_out(open_page: Open, temporary: Path, button: str) -> None:
    app = upload(open_page("data", workspace=workspaces.create("shop")), ORDERS)
    assert len(list(temporary.rglob("orders.csv"))) == 1
    app.button(key=button).click().run()
    assert not app.exception
    assert not list(temporary.rglob("orders.csv"))


def test_file_is_loaded_once_however_often_it_is_asked_for(open_page: Open) -> None:
    app = upload(open_page("data", workspace=workspaces.create("shop")), ORDERS)
    load_button(app).click()
    sent = app._tree.get_widget_states()
    app.run()
    app._run(sent)
    assert not app.exception
    assert "Loaded 3 rows" in app.success[0].value
    assert len(workspaces.get("shop").imports()) == 1


def test_upload_goes_with_its_session(open_page: Open, temporary: Path) -> None:
    app = upload(open_page("data", workspace=workspaces.create("shop")), ORDERS)
    assert list(temporary.rglob("orders.csv"))
    del app
    gc.collect()
    assert not list(temporary.rglob("orders.csv"))


def test_files_of_the_machine_are_taken_where_they_lie(
    open_page: Open, tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(local_files.SETTING, "1")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "january.csv").write_bytes(ORDERS)
    app = open_page("data", workspace=workspaces.create("shop"))
    for typed, told in (("", "Name a file"), (str(exports / "*.parquet"), "No file matches")):
        name_path(app, typed)
        assert any(told in error.value for error in app.error)
    name_path(app, str(exports))
    load_button(app).click().run()
    assert "Loaded 3 rows" in app.success[0].value
    assert (exports / "january.csv").read_bytes() == ORDERS
    assert not list(temporary.rglob("january.csv"))


def name_path(app: AppTest, text: str) -> None:
    app.text_input(key="local.typed").set_value(text)
    next(button for button in app.button if button.label == "Take these files").click().run()


def test_files_of_the_machine_are_not_offered_from_afar(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(local_files.SETTING, "0")
    app = open_page("data", workspace=workspaces.create("shop"))
    assert not [box for box in app.text_input if box.key == "local.typed"]


def test_tables_of_an_archive_are_taken_one_by_one(open_page: Open, temporary: Path) -> None:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", ORDERS)
        archive.writestr("customers.csv", b"customer_id,email\nA,a@b.c\n")
    app = upload(open_page("data", workspace=workspaces.create("shop")), packed.getvalue(), "all.zip")
    assert not [path for path in temporary.rglob("all.zip") if path.is_file()]
    app.button(key="several.load").click().run()
    assert not app.exception
    assert workspaces.get("shop").table_rows()["transactions"] == 3
    assert workspaces.get("shop").table_rows()["customers"] == 1
    assert not list(temporary.rglob("*.csv"))


def test_question_is_asked_once_for_all_files_of_a_kind(open_page: Open) -> None:
    app = open_page("data", workspace=workspaces.create("shop"))
    upload(app, b"order_id,customer_id,order_date,amount\n1,A,01/02/2026,10\n2,B,03/04/2026,20\n", "may.csv")
    upload(app, b"order_id,customer_id,order_date,amount\n3,A,05/02/2026,10\n4,B,06/04/2026,20\n", "june.csv")
    assert tables(app).count("needs an answer") == 2
    question = next(radio for radio in app.radio if (radio.key or "").startswith("several."))
    assert "2 January" in " ".join(question.options)
    question.set_value(question.options[1]).run()
    assert "needs an answer" not in tables(app)
    app.button(key="several.load").click().run()
    months = workspaces.get("shop").bounds()
    assert [str(day) for day in months] == ["2026-01-02", "2026-06-04"]


DOUBTFUL = b"order_id,customer_id,order_date,amount\n1,A,01/02/2026,10\n2,B,03/04/2026,20\n"


def test_way_to_read_a_kind_of_file_is_kept_applied_told_and_forgotten(open_page: Open) -> None:
    shop = workspaces.get(workspaces.create("shop"))
    app = upload(open_page("data", workspace="shop"), DOUBTFUL)
    question = next(radio for radio in app.radio if ".question." in (radio.key or ""))
    question.set_value(question.options[1]).run()
    load_button(app).click().run()
    press(app, "Save this way")
    assert [way.name for way in shop.saved_mappings()] == ["orders"]

    app = upload(open_page("data", workspace="shop"), DOUBTFUL.replace(b"\n1,", b"\n7,").replace(b"\n2,", b"\n8,"))
    assert "Read as you decided on" in texts(app)
    assert not app.warning
    load_button(app).click().run()
    assert [str(day) for day in shop.bounds()] == ["2026-01-02", "2026-03-04"]

    app = upload(open_page("data", workspace="shop"), DOUBTFUL.replace(b"\n1,", b"\n9,"))
    press(app, "Forget it and decide anew")
    assert app.warning
    assert shop.saved_mappings() == []


def press(app: AppTest, text: str) -> None:
    """Press the first button that says so."""
    next(button for button in app.button if button.label == text).click().run()
    assert not app.exception


def test_import_that_moves_past_figures_says_which(open_page: Open) -> None:
    workspaces.create("shop")
    app = upload(open_page("data", workspace="shop"), ORDERS)
    load_button(app).click().run()
    late = b"order_id,customer_id,order_date,amount\n9,D,2026-01-20,5.50\n"
    upload(app, late, "late.csv")
    app.button(key="several.load").click().run()
    assert "figures of the past moved" in texts(app)
    moved = next(table.value for table in app.table if "Because of" in table.value)
    january = moved[(moved["Month"] == "Jan 2026") & (moved["Figure"] == "Revenue")].iloc[0]
    assert (january["Before"], january["Now"], january["Because of"]) == ("30", "35.50", "1 row of that month")


PEOPLE = b"customer_id,name,email\nA,Ann,ann@x.com\nB,Anna,ANN@x.com\nC,Bob,bob@x.com\n"


def test_one_person_under_two_ids_is_shown_accepted_and_undone(open_page: Open, tmp_path: Path) -> None:
    shop = workspaces.get(workspaces.create("shop"))
    for name, content in (("customers", PEOPLE), ("transactions", ORDERS)):
        (tmp_path / "file.csv").write_bytes(content)
        shop.import_file(tmp_path / "file.csv", table=name)

    def customers() -> int:
        figures = shop.measure("repeat_purchase_rate").frame.set_index("figure")
        return int(figures.loc["repeat_rate", "denominator"])

    app = open_page("data", workspace="shop")
    side_by_side = next(table.value for table in app.table if "A" in table.value)
    assert side_by_side.set_index("Customer").loc["Orders"].tolist() == ["2", "1"]
    before = customers()
    press(app, "They are one person")
    assert customers() == before - 1
    press(app, "Undo")
    assert customers() == before
    press(app, "They are different people")
    assert customers() == before
    assert not [button for button in app.button if button.label == "They are one person"]


def test_import_that_did_not_finish_is_told_once(open_page: Open, folder: Path) -> None:
    note = {"file": "june.csv", "who": None, "at": "2026-06-30 10:00:00", "version": 0}
    (folder / "shop.duckdb.importing").write_text(json.dumps(note))
    workspaces.create("shop")
    app = open_page("data", workspace="shop")
    assert "june.csv" in app.warning[0].value
    press(app, "I have seen this")
    assert not app.warning


def test_upload_that_was_loaded_is_not_offered_to_another_workspace(open_page: Open) -> None:
    workspaces.create("other")
    app = upload(open_page("data", workspace=workspaces.create("shop")), ORDERS)
    load_button(app).click().run()
    app.query_params["workspace"] = "other"
    app.run()
    assert not app.exception
    assert not app.error
    assert "orders.csv" not in texts(app)


def test_name_of_a_workspace_is_only_a_name(open_page: Open, folder: Path) -> None:
    assert workspaces.safe_name("../../etc/passwd") == "etc_passwd"
    assert workspaces.safe_name("Cà phê 2026") == "Cà_phê_2026"
    app = new_workspace(open_page("data"), "../outside")
    assert link(app)["workspace"] == ["outside"]
    assert [path.name for path in folder.glob("*.duckdb")] == ["outside.duckdb"]


def test_name_that_is_taken_or_empty_is_refused(open_page: Open) -> None:
    workspaces.create("shop")
    assert any("already" in error.value for error in new_workspace(open_page("data"), "Shop").error)
    assert new_workspace(open_page("data"), "///").error


def test_empty_workspace_offers_the_way_in_on_every_page(open_page: Open) -> None:
    name = workspaces.create("empty")
    for page in ("review", "retention", "segments", "pareto"):
        app = open_page(page, workspace=name)
        assert not app.exception
        assert "This workspace is empty" in app.info[0].value
        assert app.get("download_button")


def test_file_that_is_no_workspace_is_told(open_page: Open, folder: Path) -> None:
    (folder / "broken.duckdb").write_bytes(b"this is not a workspace file at all")
    app = open_page("review", workspace="broken")
    assert not app.exception
    assert "is not a workspace" in app.error[0].value


def test_sample_is_never_written_to(open_page: Open, sample: Workspace) -> None:
    app = upload(open_page("data"), ORDERS)
    assert not [button for button in app.button if (button.key or "").startswith("load.go")]


def test_answer_about_a_file_of_another_table_is_taken(open_page: Open) -> None:
    content = b"review_id,order_id,review_score,xyz,review_creation_date\nr1,o1,9,service,2018-01-19 10:00:00\n"
    app = upload(open_page("data", workspace=workspaces.create("shop")), content, "reviews.csv")
    choose = next(box for box in app.selectbox if "column.dimension" in (box.key or ""))
    choose.set_value("xyz").run()
    assert not app.exception
    assert not app.error
    assert load_button(app).label.startswith("Load 1 row")


def test_answer_about_all_rows_of_a_file_is_taken(open_page: Open) -> None:
    content = b"review_id,order_id,review_score,review_creation_date\nr1,o1,9,2018-01-19 10:00:00\n"
    app = upload(open_page("data", workspace=workspaces.create("shop")), content, "reviews.csv")
    next(box for box in app.radio if ".question." in (box.key or "")).set_value("service").run()
    assert not app.exception
    assert not app.error
    assert load_button(app).label.startswith("Load 1 row")


def test_file_in_another_currency_is_refused_before_it_is_offered(open_page: Open) -> None:
    app = open_page("data", workspace=workspaces.create("shop"))
    head = b"order_id,customer_id,order_date,amount,currency\n"
    load_button(upload(app, head + b"1,A,2026-01-31,10,USD\n")).click().run()
    app = upload(app, head + b"2,B,2026-02-28,500,THB\n", "thai.csv")
    assert "would hold THB, USD" in app.error[0].value
    assert not [button for button in app.button if (button.key or "").startswith("load.go.2")]


def test_scale_of_answers_is_asked_and_taken(open_page: Open) -> None:
    content = b"review_id,dimension,review_score,review_creation_date\nr1,service,5,2018-01-19 10:00:00\n"
    app = upload(open_page("data", workspace=workspaces.create("shop")), content, "reviews.csv")
    next(box for box in app.radio if ".question." in (box.key or "")).set_value("5").run()
    assert not app.exception
    assert not app.error
    assert load_button(app).label.startswith("Load 1 row")


def test_words_of_state_are_asked_and_taken_one_by_one(open_page: Open) -> None:
    content = b"order_id,customer_id,order_date,amount,status\n1,A,2026-01-31,10,Completed\n"
    content += b"2,B,2026-01-31,30,Return requested\n3,C,2026-01-31,40,Refund pending\n"
    app = upload(open_page("data", workspace=workspaces.create("shop")), content)
    for meaning in ("refunded", "cancelled"):
        assert not [button for button in app.button if (button.key or "").startswith("load.go")]
        open_ones = [box for box in app.radio if ".question." in (box.key or "") and box.value is None]
        open_ones[0].set_value(meaning).run()
        assert not app.exception
    assert load_button(app).label.startswith("Load 2 rows")
    assert any("Checked by a second, plain reading" in caption.value for caption in app.caption)
