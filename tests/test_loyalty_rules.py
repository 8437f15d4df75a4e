"""The rules for loyalty types: what is shipped is whole, what could leave a customer without a type is refused."""

from pathlib import Path

import pandas as pd
import pytest

from loyalty_metrics import Workspace, loyalty_rules
from loyalty_metrics.loyalty_rules import RulesError

SHIPPED = loyalty_rules.SHIPPED.read_text(encoding="utf-8")
BOUGHT = pd.DataFrame({"customer_id": ["a", "a", "b"], "order_id": ["1", "2", "3"], "amount": [5.0, 5.0, 5.0]}).assign(
    ordered_at=pd.to_datetime(["2024-01-05", "2024-01-09", "2024-01-07"])
)


def test_limits_stand_in_the_meaning_of_the_conditions() -> None:
    told = {condition.name: condition.meaning for condition in loyalty_rules.parse(SHIPPED).conditions}
    assert "with 9 or more of 10" in told["attitude_likes"] and "found 100% or more" in told["attitude_likes"]
    assert "with 6 or less of 10" in told["attitude_dislikes"] and "less than 90%" in told["attitude_dislikes"]
    assert "at least 2 times" in told["buys_on_deals"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'type = "latent or none"\nwhen = []',
            'type = "latent or none"\nwhen = ["was_referred"]',
            "last rule must have no",
        ),
        ('"repeats_high", "cannot_switch"', '"repeats_high", "is_rich"', "no condition is_rich"),
        ("recommend_low = 6", "", "limits are"),
        ("[conditions.was_referred]", "[conditions.was_told]", "conditions are"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(old: str, new: str, words: str) -> None:
    assert old in SHIPPED
    with pytest.raises(RulesError, match=words):
        loyalty_rules.parse(SHIPPED.replace(old, new))


def test_other_rules_give_other_types(tmp_path: Path) -> None:
    """A workspace reads the rules it keeps: here whoever comes often is "trust", asked or not."""
    path = tmp_path / "lines.parquet"
    BOUGHT.to_parquet(path)
    workspace = Workspace.in_memory()
    workspace.import_file(path)
    before = workspace.measure("loyalty_types").frame.set_index("loyalty_type")["customers"]
    assert before[before > 0].to_dict() == {"trust or inertia": 1, "latent or none": 1}
    other = SHIPPED.replace('"repeats_high", "attitude_likes"', '"repeats_high"')
    with workspace._database.transaction() as cursor:
        loyalty_rules.write(cursor, other)
    after = workspace.measure("loyalty_types").frame.set_index("loyalty_type")["customers"]
    assert after[after > 0].to_dict() == {"trust": 1, "latent or none": 1}


def test_a_workspace_made_before_a_column_was_declared_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    lines, answers = tmp_path / "lines.parquet", tmp_path / "answers.parquet"
    BOUGHT.to_parquet(lines)
    workspace = Workspace.open(path)
    workspace.import_file(lines)
    with workspace._database.transaction() as cursor:
        for table in ("surveys_rows", "surveys_aside"):
            cursor.run(f"alter table {table} drop column shop_rank")
    workspace.close()
    again = Workspace.open(path)
    said = {
        "response_id": ["r"],
        "customer_id": ["a"],
        "dimension": ["elsewhere"],
        "shop_rank": [1.0],
        "shops_used": [2],
    }
    days = pd.to_datetime(["2024-01-08"])
    pd.DataFrame(said).assign(sent_at=days, answered_at=days).to_parquet(answers)
    again.import_file(answers, table="surveys")
    wallet = again.measure("share_of_wallet").frame.set_index("method")
    assert wallet.loc["rank", "wallet_share"] == pytest.approx(2 / 3)
    again.close()
