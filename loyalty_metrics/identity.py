"""One person under several customer ids: proposed with the evidence, decided by people, undone at any time.

Nothing is merged by itself. An accepted person counts as one customer in every measure: models read each row under the
person's id, the rows themselves keep their own. So taking a decision back restores exactly what was there before.
Orders are told apart by customer and order id: two ids of a person that bear one order id share that order.
"""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from loyalty_metrics import store
from loyalty_metrics.database import Cursor
from loyalty_metrics.errors import LoyaltyError
from loyalty_metrics.ingest.phones import FEWEST_DIGITS, LONGEST_CODE
from loyalty_metrics.schema import TABLES

ACCEPTED, REFUSED, PROPOSED = "accepted", "refused", "proposed"
MOST_SHARING_A_PHONE = 5
"""A number that more ids share is the shop's own, or a made-up one, and says nothing."""
SHORTEST_PHONE = 8

_SHARED = f"""
with entered as (
    select customer_id, max_by(email, (import_id, line_no)) as email, max_by(phone, (import_id, line_no)) as phone
    from {store.loaded("customers")}
    group by customer_id
),

phones as (
    select customer_id, regexp_replace(regexp_replace(phone, '\\D', '', 'g'), '^0+', '') as number
    from entered
    where length(regexp_replace(regexp_replace(phone, '\\D', '', 'g'), '^00', '')) >= {SHORTEST_PHONE}
),

-- The same number may stand elsewhere without the code of its country.
without_code as (
    select p.number, min(other.number) as short
    from (select distinct number from phones) as p
    cross join (select unnest(range(1, {LONGEST_CODE} + 1)) as length) as code
    inner join (select distinct number from phones) as other
        on regexp_replace(substr(p.number, code.length + 1), '^0', '') = other.number
    where length(other.number) >= {FEWEST_DIGITS}
    group by p.number
),

evidence as (
    select customer_id, 'e-mail' as kind, lower(trim(email)) as value from entered where email like '%_@_%'
    union all
    select p.customer_id, 'phone' as kind, coalesce(w.short, p.number) as value
    from phones as p
    left join without_code as w on p.number = w.number
)

select kind, value, list(customer_id order by customer_id) as ids
from evidence
group by kind, value
having count(*) > 1 and (kind <> 'phone' or count(*) <= {MOST_SHARING_A_PHONE})
order by kind, value
"""


def proposed(cursor: Cursor) -> pd.DataFrame:
    """Groups of ids that seem to be one person, and those decided on: `customer_ids`, `evidence`, `status`.

    Those to decide on come first. A group that grew by an id since it was decided on is proposed again.
    """
    shared = cursor.rows(_SHARED)
    decisions = _decisions(cursor)
    rows = [(ids, _evidence(shared, ids), _status(ids, decisions)) for ids in _connected(shared)]
    seen = {ids for ids, _, status in rows if status != PROPOSED}
    rows += [(ids, _evidence(shared, ids), status) for ids, status in decisions.items() if ids not in seen]
    rows.sort(key=lambda row: (row[2] != PROPOSED, row[2], sorted(row[0])))
    return pd.DataFrame(
        [(sorted(ids), evidence, status) for ids, evidence, status in rows],
        columns=["customer_ids", "evidence", "status"],
    )


def _connected(shared: list[tuple]) -> list[frozenset[str]]:
    """Groups of ids that hang together by what they share."""
    names = sorted({name for _, _, ids in shared for name in ids})
    number = {name: n for n, name in enumerate(names)}
    pairs = np.array([(number[a], number[b]) for _, _, ids in shared for a, b in pairwise(ids)]).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(names), len(names)))
    _, labels = connected_components(graph, directed=False)
    groups = pd.Series(names, dtype="object").groupby(labels)
    return [frozenset(group) for _, group in groups]


def _evidence(shared: list[tuple], ids: frozenset[str]) -> str:
    return "; ".join(f"{kind} {value}" for kind, value, found in shared if len(ids.intersection(found)) > 1)


def _status(ids: frozenset[str], decisions: dict[frozenset[str], str]) -> str:
    return next((status for decided, status in decisions.items() if ids <= decided), PROPOSED)


def _decisions(cursor: Cursor) -> dict[frozenset[str], str]:
    found = cursor.rows("select list(customer_id), any_value(status) from people group by decision order by decision")
    return {frozenset(ids): status for ids, status in found}


def decide(cursor: Cursor, ids: Iterable[str], status: str) -> None:
    """Write down that ids are one person (`accepted`), or are not (`refused`)."""
    chosen = frozenset(ids)
    _check_known(cursor, chosen)
    decisions = _decisions(cursor)
    if chosen in decisions:
        raise LoyaltyError(f"{_listed(chosen)} are {decisions[chosen]} already; undo that first.")
    clash = next((other for other, told in decisions.items() if told == ACCEPTED and other & chosen), None)
    if status == ACCEPTED and clash:
        raise LoyaltyError(f"{_listed(clash)} count as one person already; undo that first.")
    cursor.run(
        "insert into people select (select coalesce(max(decision), 0) + 1 from people), unnest($ids), $status",
        {"ids": sorted(chosen), "status": status},
    )
    _show(cursor)


def described(cursor: Cursor, ids: Iterable[str]) -> pd.DataFrame:
    """What is known of each id by itself, whatever was decided: who it is, and what was bought under it."""
    return cursor.frame(
        f"""
        with entered as (
            select
                customer_id,
                max_by(name, (import_id, line_no)) as name,
                max_by(email, (import_id, line_no)) as email,
                max_by(phone, (import_id, line_no)) as phone
            from {store.loaded("customers")}
            where list_contains($ids, customer_id)
            group by customer_id
        ),

        bought as (
            select
                customer_id,
                count(distinct order_id) as orders,
                cast(min(ordered_at) as date) as first_on,
                cast(max(ordered_at) as date) as last_on,
                sum(amount) as revenue
            from {store.loaded("transactions")}
            where list_contains($ids, customer_id)
            group by customer_id
        )

        select i.customer_id, e.* exclude (customer_id), b.* exclude (customer_id)
        from (select unnest($ids) as customer_id) as i
        left join entered as e on i.customer_id = e.customer_id
        left join bought as b on i.customer_id = b.customer_id
        order by i.customer_id
        """,
        {"ids": sorted(ids)},
    )


def undo(cursor: Cursor, ids: Iterable[str]) -> None:
    """Take a decision back."""
    chosen = frozenset(ids)
    if chosen not in _decisions(cursor):
        raise LoyaltyError(f"Nothing was decided on {_listed(chosen)}.")
    cursor.run(
        "delete from people where decision = (select decision from people group by decision"
        " having list_sort(list(customer_id)) = list_sort($ids))",
        {"ids": sorted(chosen)},
    )
    _show(cursor)


def _check_known(cursor: Cursor, ids: frozenset[str]) -> None:
    if len(ids) < 2:
        raise LoyaltyError("A person is made of two customer ids or more.")
    known = cursor.rows(
        "select customer_id from customer_keys where list_contains($ids, customer_id)"
        f" union select customer_id from {store.loaded('customers')} where list_contains($ids, customer_id)",
        {"ids": sorted(ids)},
    )
    unknown = ids - {name for (name,) in known}
    if unknown:
        raise LoyaltyError(f"There is no customer {_listed(unknown)}.")


def _show(cursor: Cursor) -> None:
    for table in TABLES:
        store.show(cursor, table)


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids))
