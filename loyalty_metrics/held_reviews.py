"""Reviews as they were held, and the targets a team set itself: kept beside the data, touched by no import or undo."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isclose, isfinite

import pandas as pd

from loyalty_metrics.beside import Beside
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.review_shape import HEADLINES, SHARE, UNITS, Review
from loyalty_metrics.signing import signed


@dataclass(frozen=True)
class HeldReview:
    """A review as it was told when a team held it.

    Attributes:
        review_id: Its number.
        review: What was told, with as-of date and data version.
        held_at: When, in UTC.
        who: By whom it was kept.
    """

    review_id: int
    review: Review
    held_at: datetime
    who: str


@dataclass(frozen=True)
class Target:
    """What a team set itself for a week; the last one of a measure holds.

    Attributes:
        measure: A headline measure.
        amount: In its unit; None where there is no target any more.
        set_at: When, in UTC.
        who: By whom.
    """

    measure: str
    amount: float | None
    set_at: datetime
    who: str


@dataclass(frozen=True)
class Reason:
    """What moved a figure of the past, from the log of restatements.

    Attributes:
        change: `import`, `undo`, `accept`, `refuse` or `undecide`.
        file: The file, or the customer ids.
        at: When, in UTC.
    """

    change: str
    file: str
    at: datetime


@dataclass(frozen=True)
class Restated:
    """A headline figure that is another by now than when the review was held.

    Attributes:
        measure: The headline measure.
        then: As it was told.
        now: The same figure of the same week as of the same date, from the data as they are now.
        reasons: What moved it, the oldest first; empty where the log names nothing, as when the lapse window is
            another.
    """

    measure: str
    then: float | None
    now: float | None
    reasons: tuple[Reason, ...]


def hold(workspace: Beside, review: Review, who: str) -> int:
    """Keep a review as it was told; its number. It can be opened again just so, whatever is imported later.

    Raises:
        LoyaltyError: There is no week to review, or nobody who signs it.
    """
    told = {"as_of": review.as_of, "version": review.version, "who": signed(who), "now": _now()}
    if review.week is None:
        raise LoyaltyError("There is no complete week to review yet.")
    with workspace.keeping() as cursor:
        number = cursor.value(
            "insert into held_reviews select (select coalesce(max(review_id), 0) + 1 from held_reviews), $as_of,"
            " $version, $now, $who, $told returning review_id",
            told | {"told": json.dumps(review.to_dict(), ensure_ascii=False)},
        )
    return int(number)


def read(workspace: Beside) -> list[HeldReview]:
    """All reviews that were held, the newest first."""
    with workspace.looking() as cursor:
        rows = cursor.rows("select review_id, told, held_at, who from held_reviews order by review_id desc")
    return [HeldReview(number, Review.from_dict(json.loads(told)), *rest) for number, told, *rest in rows]


def find(workspace: Beside, review_id: int) -> HeldReview:
    """One review that was held.

    Raises:
        LoyaltyError: There is none of that number.
    """
    held = next((one for one in read(workspace) if one.review_id == review_id), None)
    if held is None:
        raise LoyaltyError(f"There is no review {review_id} that was held.")
    return held


def set_target(workspace: Beside, measure: str, amount: float | None, who: str) -> None:
    """Set what a headline measure of a week is held against from now on; None ends it. Earlier ones are kept.

    Raises:
        LoyaltyError: It is no headline measure, or no amount that it can have; nothing was changed.
    """
    name = signed(who)
    if measure not in HEADLINES:
        raise LoyaltyError(f"There is no headline measure {measure!r}; there are {', '.join(HEADLINES)}.")
    if amount is not None and not (isfinite(amount) and amount >= 0):
        raise LoyaltyError(f"The target of {measure} is {amount}; name a number of at least 0.")
    if amount is not None and UNITS[measure] == SHARE and amount > 1:
        raise LoyaltyError(f"The target of {measure} is {amount}; it is a share, such as 0.3 for 30%.")
    with workspace.keeping() as cursor:
        cursor.run(
            "insert into review_targets select (select coalesce(max(target_id), 0) + 1 from review_targets), $measure,"
            " $amount, $now, $who",
            {"measure": measure, "amount": amount, "now": _now(), "who": name},
        )


def every_target(workspace: Beside) -> list[Target]:
    """All targets ever set, the newest first."""
    with workspace.looking() as cursor:
        rows = cursor.rows("select measure, amount, set_at, who from review_targets order by target_id desc")
    return [Target(*row) for row in rows]


def targets(workspace: Beside) -> dict[str, float]:
    """The targets that hold, by headline measure."""
    last: dict[str, float | None] = {}
    for target in every_target(workspace):
        last.setdefault(target.measure, target.amount)
    return {measure: amount for measure, amount in last.items() if amount is not None}


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def restated(held: HeldReview, now: Review, log: pd.DataFrame) -> tuple[Restated, ...]:
    """Which headline figures of a held review are others by now, and why.

    Args:
        held: The review as it was told.
        now: The review of the same scope and date, told from the data as they are now.
        log: `Workspace.restatements()`.
    """
    told = {each.measure: each for each in now.headlines}
    moved = []
    for then in held.review.headlines:
        value = told[then.measure].value if then.measure in told else None
        if not _same(then.value, value):
            moved.append(Restated(then.measure, then.value, value, _reasons(held, log, then.week)))
    return tuple(moved)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _reasons(held: HeldReview, log: pd.DataFrame, week: date) -> tuple[Reason, ...]:
    """What the log says moved the months of a week since the review was held, the oldest first."""
    months = [pd.Timestamp(day).replace(day=1) for day in (week, week + timedelta(days=6))]
    since = log[(log["imported_at"] > pd.Timestamp(held.held_at)) & pd.to_datetime(log["month"]).isin(months)]
    found = since.sort_values("imported_at").drop_duplicates(["imported_at", "change", "file"])
    told = zip(found["change"], found["file"], found["imported_at"], strict=True)
    return tuple(Reason(str(change), str(file), pd.Timestamp(at).to_pydatetime()) for change, file, at in told)
