"""Orders and their lines, dropped as files of their own, become one file; and can be taken apart again."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages._ui import workspaces
from tests.keeping.test_joined_files import FILES
from tests.pages import conftest
from tests.pages.conftest import Open
from tests.pages.test_data_page import ORDERS, load_button


def texts(app: AppTest) -> str:
    return conftest.texts(app).replace("\\", "")


def tables(app: AppTest) -> str:
    return conftest.tables(app).replace("\\", "")


def drop(app: AppTest, **files: str) -> AppTest:
    return app.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in files.items()]).run()


def test_files_of_one_shop_are_laid_together_and_loaded(open_page: Open) -> None:
    app = drop(open_page("data", workspace=workspaces.create("shop")), **FILES)
    assert not app.exception
    assert "Laid together by their order numbers" in texts(app)
    assert load_button(app).label == "Load 3 rows into shop"
    load_button(app).click().run()
    assert not app.exception
    (imported,) = workspaces.get("shop").imports().itertuples()
    assert (imported.file, imported.loaded) == ("order_items + orders + customers + products.parquet", 3)


def test_files_that_come_one_after_another_are_laid_together(open_page: Open) -> None:
    app = drop(open_page("data", workspace=workspaces.create("shop")), **{"orders.csv": FILES["orders.csv"]})
    assert "Laid together" not in texts(app)
    app = drop(app, **{"order_items.csv": FILES["order_items.csv"]})
    assert "Laid together by their order numbers: orders.csv, order_items.csv." in texts(app)


def test_files_taken_apart_stay_so(open_page: Open) -> None:
    app = drop(open_page("data", workspace=workspaces.create("shop")), **FILES)
    next(button for button in app.button if button.label == "Read them one by one").click().run()
    app.run()
    assert not app.exception
    assert "Laid together" not in texts(app)
    assert all(name in tables(app) for name in FILES)


def test_file_that_can_be_loaded_alone_is_left_alone(open_page: Open, tmp_path: Path) -> None:
    files = FILES | {"till.csv": ORDERS.decode()}
    app = drop(open_page("data", workspace=workspaces.create("shop")), **files)
    assert "till.csv" in tables(app)
    assert "order_items + orders" in tables(app)


def test_uploads_are_gone_when_what_was_made_of_them_is_loaded(open_page: Open) -> None:
    app = drop(open_page("data", workspace=workspaces.create("shop")), **FILES)
    (one,) = app.session_state["incoming.files"].values()
    paths = [one.path, *(part.path for part in one.parts)]
    assert all(path.exists() for path in paths)
    load_button(app).click().run()
    assert not any(path.exists() for path in paths)
