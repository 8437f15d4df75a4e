"""`review` tells the week, keeps it, opens it as it was, and sets targets."""

import json
from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics.cli import main
from loyalty_metrics.review_shape import Review
from tests.keeping.shops import write


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture) -> str:
    """Two orders a day for half a year."""
    days = pd.date_range("2024-01-01", "2024-06-30", freq="D").strftime("%Y-%m-%d")
    rows = [f"o{n}{i},c{(3 * n + i) % 50},{day},{10 + i}" for n, day in enumerate(days) for i in range(2)]
    path = str(tmp_path / "shop.duckdb")
    assert main(["import", str(write(tmp_path, "first.csv", *rows)), "-w", path]) == 0
    capsys.readouterr()
    return path


def told(capsys: pytest.CaptureFixture, *arguments: str) -> str:
    assert main(["review", *arguments]) == 0
    return str(capsys.readouterr().out)


def test_it_is_told_as_text_and_as_json(shop: str, capsys: pytest.CaptureFixture) -> None:
    text = told(capsys, "-w", shop, "--as-of", "2024-05-05")
    assert text.startswith("147 of revenue from 14 customers in 2024 W18")
    assert "cannot be told yet: it takes 21 complete weeks, and 18 are known" in text
    one = Review.from_dict(json.loads(told(capsys, "-w", shop, "--as-of", "2024-05-05", "--json")))
    assert [headline.value for headline in one.headlines[:2]] == [147, 14]


def test_it_is_kept_and_opened_as_it_was(shop: str, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    told(capsys, "-w", shop, "--target", "revenue=200", "--who", "An", "--as-of", "2024-05-05", "--keep")
    (held,) = json.loads(told(capsys, "-w", shop, "--held", "--json"))
    assert (held["review_id"], held["who"], held["week"]) == (1, "An", "2024-04-29")
    late = write(tmp_path, "late.csv", "late,c1,2024-05-02,1000")
    assert main(["import", str(late), "-w", shop]) == 0
    capsys.readouterr()
    text = told(capsys, "-w", shop, "--open", "1")
    assert "Revenue, 2024 W18: 147" in text
    assert "target 200" in text
    assert "Revenue was told as 147 and is 1.2K by now: Import of late.csv." in text
    moved = json.loads(told(capsys, "-w", shop, "--open", "1", "--json"))["restated"]
    assert [(one["measure"], one["then"], one["now"]) for one in moved] == [
        ("revenue", 147, 1147),
        ("customers", 14, 15),
    ]
    assert [why["file"] for why in moved[0]["reasons"]] == ["late.csv"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--open", "7"], "no review 7"),
        (["--keep"], "Say who you are"),
        (["--target", "revenue=much", "--who", "An"], "write a number"),
        (["--target", "profit=1", "--who", "An"], "no headline measure"),
        (["--where", "planet=Mars"], "no filter 'planet'"),
    ],
)
def test_errors_are_one_line(shop: str, capsys: pytest.CaptureFixture, arguments: list[str], says: str) -> None:
    assert main(["review", "-w", shop, *arguments]) == 1
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
