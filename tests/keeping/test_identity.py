"""People under several ids: proposed with evidence, counted as one when accepted, exactly as before when undone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_metrics import LoyaltyError, Scope, Workspace
from tests.keeping.shops import assert_same, data, write
from tests.oracles.strategies import examples

ORDERS = (
    "1,A,2025-01-05,10",
    "2,B,2025-02-20,20",
    "3,C,2025-03-01,5",
    "4,D,2025-03-02,8",
    "5,,2025-03-03,1",
    "6,A,2025-03-09,2",
)
PEOPLE = (
    "A,Anna@Example.com ,+33 1 23 45 67 89,search",
    "B,anna@example.com,,friend",
    "C,,0033 123456789,",
    "D,dora@example.com,12345,",
    "E,anna@example.com,,shop",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.in_memory()
    workspace.import_file(write(tmp_path, "orders.csv", *ORDERS))
    columns = "customer_id,email,phone,acquired_through"
    workspace.import_file(write(tmp_path, "people.csv", *PEOPLE, columns=columns), "customers")
    return workspace


def renamed(folder: Path, names: dict[str, str]) -> Workspace:
    """A shop in which these customers had one id from the first."""
    workspace = Workspace.in_memory()
    orders = [",".join(names.get(cell, cell) for cell in row.split(",")) for row in ORDERS]
    workspace.import_file(write(folder, "renamed.csv", *orders))
    people = [",".join([names.get(row.split(",")[0], row.split(",")[0]), *row.split(",")[1:]]) for row in PEOPLE]
    columns = "customer_id,email,phone,acquired_through"
    workspace.import_file(write(folder, "people2.csv", *people, columns=columns), "customers")
    return workspace


def test_ids_that_share_an_address_or_number_are_proposed(workspace: Workspace) -> None:
    found = workspace.people_proposed()
    assert found.to_dict("list") == {
        "customer_ids": [["A", "B", "C", "E"]],
        "evidence": ["e-mail anna@example.com; phone 33123456789"],
        "status": ["proposed"],
    }


def test_a_number_that_many_share_is_no_evidence(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    people = [f"{n},+84 28 1234 5678" for n in range(6)] + ["a,0901234567", "b,090 123 45 67", "c,a@b", "d,"]
    workspace.import_file(write(tmp_path, "people.csv", *people, columns="customer_id,phone"), "customers")
    assert workspace.people_proposed()["customer_ids"].tolist() == [["a", "b"]]


def test_a_number_with_the_code_of_its_country_and_without_is_one(tmp_path: Path) -> None:
    workspace = Workspace.in_memory()
    people = ["a,+84 912 345 678", "b,0912345678", "c,912345678", "d,+84 912 345 679", "e,0084912345678"]
    workspace.import_file(write(tmp_path, "people.csv", *people, columns="customer_id,phone"), "customers")
    assert workspace.people_proposed()["customer_ids"].tolist() == [["a", "b", "c", "e"]]


def test_nobody_is_proposed_in_an_empty_workspace() -> None:
    assert list(Workspace.in_memory().people_proposed().columns) == ["customer_ids", "evidence", "status"]


def test_an_accepted_person_counts_as_one_customer(workspace: Workspace, tmp_path: Path) -> None:
    apart = data(workspace)
    workspace.accept_person(["A", "B", "C", "E"])
    assert workspace.people_proposed()["status"].tolist() == ["accepted"]
    joined = data(workspace)
    del joined["customer_index"]  # it still knows all the ids, so that the person is found by any of them
    assert_same(joined, data(renamed(tmp_path, {"B": "A", "C": "A", "E": "A"})))
    scope = Scope(as_of="2025-02-28", filters={"acquired_through": ["shop"]})
    assert workspace.measure("rfm_scores", scope).frame["customer_id"].tolist() == ["A"]
    workspace.undo_person(["E", "C", "B", "A"])
    assert workspace.people_proposed()["status"].tolist() == ["proposed"]
    assert_same(data(workspace), apart)


def test_what_comes_in_later_belongs_to_the_person_too(workspace: Workspace, tmp_path: Path) -> None:
    workspace.accept_person(["A", "B"])
    workspace.import_file(write(tmp_path, "more.csv", "7,B,2025-04-01,3", "2,B,2025-02-20,20"))
    assert workspace.imports()["loaded"].iloc[0] == 1
    scores = workspace.measure("rfm_scores").frame.set_index("customer_id")
    assert scores.loc["A", "frequency"] == 4
    assert "B" not in scores.index
    workspace.undo_import(1)  # A has no transactions any more: the person goes by B
    assert workspace.measure("rfm_scores").frame["customer_id"].tolist() == ["B"]


def test_refusals_are_remembered_until_the_group_grows(workspace: Workspace, tmp_path: Path) -> None:
    before = data(workspace)
    workspace.refuse_person(["A", "B", "C", "E"])
    assert workspace.people_proposed()["status"].tolist() == ["refused"]
    assert_same(before, data(workspace))
    workspace.import_file(write(tmp_path, "f.csv", "F,anna@example.com", columns="customer_id,email"), "customers")
    assert workspace.people_proposed()["status"].tolist() == ["proposed", "refused"]
    workspace.undo_person(["A", "B", "C", "E"])
    assert workspace.people_proposed()["customer_ids"].tolist() == [["A", "B", "C", "E", "F"]]


def test_what_makes_no_sense_is_refused(workspace: Workspace) -> None:
    with pytest.raises(LoyaltyError, match="two customer ids or more"):
        workspace.accept_person(["A"])
    with pytest.raises(LoyaltyError, match="no customer X"):
        workspace.accept_person(["A", "X"])
    workspace.accept_person(["A", "B"])
    with pytest.raises(LoyaltyError, match="A, B count as one person already"):
        workspace.accept_person(["B", "C"])
    with pytest.raises(LoyaltyError, match="A, B are accepted already"):
        workspace.refuse_person(["A", "B"])
    with pytest.raises(LoyaltyError, match="Nothing was decided on A, C"):
        workspace.undo_person(["A", "C"])
    assert workspace.version == 3


@examples(5)
@given(st.lists(st.sampled_from("ABCDE"), min_size=2, max_size=4, unique=True))
def test_accepting_and_undoing_is_as_if_it_had_never_been(workspace: Workspace, ids: list[str]) -> None:
    before, version = data(workspace), workspace.version
    workspace.accept_person(ids)
    try:
        assert "accepted" in set(workspace.people_proposed()["status"])
    finally:
        workspace.undo_person(ids)
    assert workspace.version > version
    assert_same(before, data(workspace))
