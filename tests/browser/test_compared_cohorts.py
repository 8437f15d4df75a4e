"""The sets of cohorts that are compared, chosen with the sliders, and fields that may be left empty, in a browser."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import Visit


def compared(one: Visit) -> list[str]:
    """First and last cohort of the older and of the newer set, as the address line has them."""
    return parse_qs(urlsplit(one.page.url).query).get("compare", [""])[0].split("/")


def push(one: Visit, slider: str, handle: int, key: str) -> None:
    """Move one end of a range by the keyboard."""
    group = one.page.get_by_test_id("stSlider").filter(has_text=slider)
    group.get_by_role("slider").nth(handle).focus()
    one.page.keyboard.press(key)
    one.settle()


@pytest.mark.slow
def test_both_ends_of_both_sets_move(visit: Callable[..., Visit]) -> None:
    one = visit(1280, 1600).open("retention?section=changes")
    push(one, "Newer cohorts", 0, "ArrowLeft")
    first = compared(one)
    assert len(first) == 4 and first == sorted(first)
    push(one, "Older cohorts", 0, "ArrowRight")
    second = compared(one)
    assert second[0] > first[0] and second[1:] == first[1:]
    push(one, "Newer cohorts", 1, "ArrowLeft")
    third = compared(one)
    assert third[3] < second[3] and third[:3] == second[:3]
    assert "In which customers?" in one.text()
    assert not one.page.get_by_test_id("stException").count()
    other = visit(1280, 1600).open(one.page.url.removeprefix(one.base))
    for slider in ("Older cohorts", "Newer cohorts"):
        values = [
            seen.page.get_by_test_id("stSlider")
            .filter(has_text=slider)
            .get_by_role("slider")
            .evaluate_all("ends => ends.map(end => end.getAttribute('aria-valuetext'))")
            for seen in (one, other)
        ]
        assert values[0] == values[1] and len(values[0]) == 2
    other.page.get_by_role("button", name="Newest against those before").click()
    other.settle()
    assert "compare=" not in other.page.url
    assert not one.errors and not other.errors


@pytest.mark.slow
def test_a_field_that_is_emptied_is_empty_and_not_the_least_number(visit: Callable[..., Visit]) -> None:
    one = visit(1280, 1600).open("retention?section=flow&lapse_days=90")
    field = one.page.get_by_test_id("stMain").get_by_role("spinbutton").last
    assert field.input_value() == "90"
    field.fill("")
    field.press("Enter")
    one.settle()
    assert "lapse_days" not in one.page.url
