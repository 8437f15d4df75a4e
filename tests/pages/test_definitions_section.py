"""Retention, other definitions: the two numbers, the choice that moves them, the cells of both."""

import pytest

from loyalty_metrics import Workspace
from loyalty_metrics.language import format_value, plain
from loyalty_metrics.measures import definitions
from tests.pages.conftest import Open, tables, texts


@pytest.mark.parametrize("name", definitions.PRESETS)
def test_section_tells_both_numbers(open_page: Open, sample: Workspace, name: str) -> None:
    rule, scope = definitions.preset(name), sample.resolve()
    asked = rule.scope(scope)
    frame = sample.measure("retention_definitions", asked).frame
    share = definitions.share_at(definitions.cells_of(frame, rule, asked), rule, 3)
    curve = sample.measure("retention_curve").frame.set_index("age")
    app = open_page("retention", section="definitions", other=name, at="3")
    assert not app.exception and not app.error
    told = texts(app)
    assert f"**{plain(format_value(share, 'share'))}**" in told
    assert f"**{plain(format_value(curve.loc[3, 'retention'], 'share'))}**" in told
    assert "As documented" in told


def test_own_choices_come_from_the_link_and_customers_can_be_listed(open_page: Open) -> None:
    app = open_page("retention", section="definitions", other="own_choice", other_averaged="mean", other_cells="begun")
    assert not app.exception
    assert "The mean of the cohorts' shares" in tables(app)
    app.button_group(key="retention_definitions.panel").set_value("who").run()
    assert not app.exception and not app.error
    assert len(app.dataframe[0].value) > 0


def test_a_small_shop_has_no_number_and_says_so(open_page: Open) -> None:
    app = open_page("retention", section="definitions", as_of="2023-07-20")
    assert not app.exception
    assert "cannot be told yet" in texts(app)
