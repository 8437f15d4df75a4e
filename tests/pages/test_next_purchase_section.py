"""The section Next purchase: what it says is what the measures say."""

from loyalty_metrics import Workspace
from loyalty_metrics.language import format_value
from tests.pages.conftest import Open, tables, texts


def test_the_answer_is_how_many_will_buy_and_how_the_last_test_went(open_page: Open, sample: Workspace) -> None:
    forecast = sample.measure("repurchase_forecast").frame
    app = open_page("value", section="next_purchase")
    assert not app.exception and not app.error
    told = texts(app)
    buyers = format_value(round(forecast["chance_to_buy"].sum()), "count")
    assert f"Of **{len(forecast):,} customers**, about **{buyers} (" in told and "**96 days**" in told
    groups = sample.measure("repurchase_calibration").frame
    top = groups[groups["is_used"]].iloc[-1]
    assert f"of the {top['customers']:,} told" in told
    assert "Used is the forecast from **how often and how lately they bought**" in told
    assert "**How recently they bought** matters most" in told
    risky = forecast[(forecast["chance_to_buy"] < 0.5) & (forecast["at_stake"] > 0)]
    assert f"**{len(risky):,} customers** who bought in the last 365 days are unlikely" in told
    assert "How often and how lately they bought" in str(tables(app))


def test_without_enough_of_a_past_it_says_so(open_page: Open) -> None:
    app = open_page("value", section="next_purchase", as_of="2023-10-01")
    assert not app.exception and not app.error
    told = texts(app)
    assert "could not be tested" in told and "This cannot be told yet" in told
