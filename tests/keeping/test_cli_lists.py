"""The command about saved lists."""

from io import StringIO
from pathlib import Path

import fastexcel
import pandas as pd
import pytest

from loyalty_metrics import Workspace
from tests.keeping.shops import write
from tests.keeping.test_cli_keeping import Shell


def test_lists_are_told_and_exported(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    shell = Shell(tmp_path / "shop.duckdb", capsys)
    write(tmp_path, "1.csv", "1,=A,2025-01-05,10\n2,B,2025-03-05,20\n3,C,2024-03-05,5")
    shell("import", tmp_path / "1.csv")
    assert shell("lists") == "none\n" and shell.json("lists") == []
    shop = Workspace.open(tmp_path / "shop.duckdb")
    shop.save_list("Everybody", "rfm_segments", who="Mara")
    shop.close()
    (row,) = shell.json("lists")
    assert (row["name"], row["members"], row["now"], row["joined"], row["left"]) == ("Everybody", 3, 3, 0, 0)
    text = shell("lists", "--export", "everybody")
    assert "# list: Everybody" in text and "# as_of: 2025-03-05" in text and "# segment_rules: house rules" in text
    assert sorted(pd.read_csv(StringIO(text), comment="#")["customer_id"]) == ["'=A", "B", "C"]
    shell("lists", "--export", "Everybody", "--out", tmp_path / "all.xlsx", "--contacts")
    sheet = fastexcel.read_excel(tmp_path / "all.xlsx").load_sheet("Figures").to_pandas()
    assert sorted(sheet["customer_id"]) == ["=A", "B", "C"] and "email" in sheet
    shell("lists", "--export", "Nobody", status=1)
    assert "There is no list 'Nobody'; there are Everybody." in shell.error
