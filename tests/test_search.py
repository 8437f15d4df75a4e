"""Finding customers: what counts as a match, in which order, and that no text does harm."""

import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Scope, Workspace
from loyalty_metrics.search import fold
from tests.conftest import ShopMaker
from tests.oracles.tables import purchases

PEOPLE = pd.DataFrame(
    [
        ("C-1", "Đặng Thị Hương", "huong@shop.vn", "+84 (90) 123-45-67"),
        ("C-2", "Søren Łukasz", "soren@example.com", "0049 171 5550001"),
        ("C-3", "Zoë O'Brien", "zoe_100%@example.com", None),
        ("C-4", "Huong Nguyen", None, "5550001"),
        ("Anna", "Bo Li", None, None),
        ("C-6", "Anna Bo", "an@na.com", None),
        ("C-7", "Bo Anna", None, None),
        ("C-8", "Joanna Berg", None, None),
    ],
    columns=["customer_id", "name", "email", "phone"],
)


@pytest.fixture(scope="module")
def workspace(make_shop: ShopMaker) -> Workspace:
    lines = purchases(
        *[(name, "2024-01-05", 10 + n) for n, name in enumerate(PEOPLE["customer_id"])], (None, "2024-02-01", 1)
    )
    return make_shop(lines, customers=PEOPLE).workspace


def found(workspace: Workspace, text: str, **more: object) -> list[str]:
    return workspace.find_customers(text, **more).frame["customer_id"].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["dang thi", "ĐẶNG", "đặng hương", "huong dang", "HUONG@SHOP.VN", "dặng  Thi "])
def test_accents_strokes_and_case_are_forgiven(workspace: Workspace, text: str) -> None:
    assert found(workspace, text) == ["C-1"]


@pytest.mark.parametrize("text", ["soren", "Søren", "lukasz", "Łukasz"])
def test_strokes_through_other_letters(workspace: Workspace, text: str) -> None:
    assert found(workspace, text) == ["C-2"]


@pytest.mark.parametrize("text", ["+84 901234567", "84-90-1234567", "0901234567", "901 234 567", "0084 90 123 45 67"])
def test_telephone_numbers_are_compared_by_their_digits(workspace: Workspace, text: str) -> None:
    assert found(workspace, text)[0] == "C-1"


def test_a_number_fits_with_or_without_the_code_of_the_country(workspace: Workspace) -> None:
    assert set(found(workspace, "+49 171 555 0001")) == {"C-2", "C-4"}
    assert set(found(workspace, "555 00 01")) == {"C-2", "C-4"}


def test_id_comes_before_beginnings_before_words_before_parts(workspace: Workspace) -> None:
    assert found(workspace, "anna") == ["Anna", "C-6", "C-7", "C-8"]


def test_an_address_comes_before_what_begins_with_it(make_shop: ShopMaker) -> None:
    people = pd.DataFrame({"customer_id": ["1", "2"], "email": ["li@x.com.au", "li@x.com"]})
    shop = make_shop(purchases(("1", "2024-02-05", 10), ("2", "2024-01-05", 10)), customers=people)
    assert found(shop.workspace, "li@x.com") == ["2", "1"]


def test_equals_come_by_last_purchase_then_by_value(make_shop: ShopMaker) -> None:
    people = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "name": "Kim"})
    lines = purchases(("a", "2024-01-05", 99), ("b", "2024-02-05", 1), ("c", "2024-02-05", 2))
    assert found(make_shop(lines, customers=people).workspace, "kim") == ["c", "b", "a", "d"]


@pytest.mark.parametrize(
    "text", ["'", "%", "_", "'; drop table customers; --", "zoe%", "\\", "$asked", '"', "a\nb", "[", "(", "*", "\x00"]
)
def test_no_text_does_harm_and_none_is_a_pattern(workspace: Workspace, text: str) -> None:
    asked = fold(text).strip()
    cells = PEOPLE.drop(columns="phone").fillna("").astype("str").apply(lambda column: column.map(fold))
    # So short a text is looked for where words begin.
    fits = cells.apply(
        lambda row: any(f" {cell}".find(f" {asked}" if len(asked) < 3 else asked) >= 0 for cell in row), axis=1
    )
    if asked and "\n" not in asked:
        assert set(found(workspace, text)) == set(PEOPLE.loc[fits, "customer_id"])
    assert len(found(workspace, "C-", limit=20)) == 7


def test_apostrophes_are_letters_like_others(workspace: Workspace) -> None:
    assert found(workspace, "o'brien") == ["C-3"] == found(workspace, "zoe_100%")


def test_nothing_typed_gives_who_brought_most_and_guests_are_never_found(workspace: Workspace) -> None:
    assert found(workspace, "  ", limit=3) == ["C-8", "C-7", "C-6"]
    assert found(workspace, "nobody here") == []
    assert len(found(workspace, "", limit=100)) == len(PEOPLE)


def test_without_a_table_of_customers_ids_are_found(make_shop: ShopMaker) -> None:
    shop = make_shop(purchases(("K-17", "2024-01-05", 10), ("K-171", "2024-01-06", 10)))
    assert found(shop.workspace, "k-17") == ["K-17", "K-171"]
    assert found(shop.workspace, "171") == ["K-171"]


def test_what_is_told_is_as_of_the_date(workspace: Workspace) -> None:
    assert workspace.find_customers("anna", Scope(as_of="2024-01-04")).frame["revenue"].tolist() == [0, 0, 0, 0]


def test_an_import_of_customers_alone_is_found_at_once_and_rebuilds_only_what_reads_them(
    make_shop: ShopMaker, tmp_path: Path
) -> None:
    workspace = make_shop(purchases(("1", "2024-01-05", 10))).workspace
    assert found(workspace, "zoe") == []
    names, points = tmp_path / "names.csv", tmp_path / "points.csv"
    names.write_text("customer_id,name\n1,Zoë\n", encoding="utf-8")
    points.write_text("customer_id,posted_at,kind,points\n1,2024-01-05,issued,5\n", encoding="utf-8")
    workspace.import_file(names, "customers")
    workspace.import_file(points, "points")
    assert workspace.setting("outdated") == "customer_index newcomer_sums week_sums"
    assert found(workspace, "zoe") == ["1"]
    assert workspace.setting("derived") == workspace.setting("version")
    workspace.undo_import(int(workspace.imports()["import_id"].iloc[1]))
    assert found(workspace, "zoe") == []
    assert found(workspace, "王伟") == []


def test_names_of_two_letters_are_found_within(make_shop: ShopMaker) -> None:
    people = pd.DataFrame({"customer_id": ["1", "2"], "name": ["小王伟", "Bo Li"]})
    workspace = make_shop(purchases(("1", "2024-01-05", 10)), customers=people).workspace
    assert found(workspace, "王伟") == ["1"]
    assert found(workspace, "li") == ["2"]


def test_folding_is_the_same_in_the_index_and_for_what_is_typed() -> None:
    letters = [chr(n) for n in range(32, sys.maxunicode) if unicodedata.category(chr(n))[0] == "L" and n < 0x2000]
    workspace = Workspace.in_memory()
    texts = pd.DataFrame({"t": letters})
    with workspace._database.cursor() as cursor:
        cursor.register("letters", texts)
        statement = workspace.registry.compose("customer_index")
        start = statement.rindex("customer_key,") + len("customer_key,")
        folds = statement[start : statement.index(" as texts", start)]
        folded = cursor.frame(f"select {folds} as f from (select lower(strip_accents(t)) as texts from letters)")["f"]
    differ = [(a, b, fold(a)) for a, b in zip(letters, folded, strict=True) if fold(a) != b]
    assert not differ, differ[:20]
