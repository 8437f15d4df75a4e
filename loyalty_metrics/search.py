"""Find a customer by what people know of them: an id, a name, an e-mail address, a telephone number.

Small and capital letters, accents and the strokes through Đ, Ł and Ø make no difference; telephone numbers are compared
by their digits. The stored model `customer_index` holds the folded texts.
"""

import re
import unicodedata
from typing import Any

import pandas as pd

from loyalty_metrics.database import Cursor

SHORTEST_PART, SHORTEST_PHONE = 3, 7
"""Signs from which a text in Latin letters is looked for within words, and digits of a whole number."""

MOST_WORDS = 8

_STROKES = str.maketrans("đłøħŧı", "dlohti")


def fold(text: str) -> str:
    """A text as the index holds it: small letters without accents or strokes."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c)[0] != "M")
    return unicodedata.normalize("NFC", bare).lower().translate(_STROKES)


def folded(sql: str) -> str:
    """SQL of a text, folded in the same way."""
    letters = "".join(map(chr, _STROKES))
    return f"translate(lower(strip_accents({sql})), '{letters}', '{letters.translate(_STROKES)}')"


def find(cursor: Cursor, text: str, limit: int) -> list[str]:
    """The ids of the customers that fit a text, the best first.

    First comes who has it as id, then as e-mail address or telephone number, then who has an id, name or address that
    begins with it, then whose words begin with its words, then who has all its words anywhere. Among equals who bought
    last, then who brought most.

    Args:
        cursor: Where the stored models are up to date.
        text: What somebody typed; nothing gives those who brought most.
        limit: At most so many.
    """
    asked = " ".join(fold(text).split())
    words = asked.split(" ")[:MOST_WORDS]
    digits = _digits(text)
    if not asked:
        return _dearest(cursor, limit)
    values: dict[str, Any] = {f"word_{n}": word for n, word in enumerate(words)}
    values |= {"asked": asked, "digits": digits, "most": 10 * limit}
    everywhere = " and ".join(f"contains(texts, $word_{n})" for n in range(len(words)))
    # A line of the texts begins after a line break, a word after that or a blank.
    begins = " and ".join(
        f"(contains(texts, chr(10) || $word_{n}) or contains(texts, ' ' || $word_{n}))" for n in range(len(words))
    )
    if len(asked) < SHORTEST_PART and asked.isascii():
        everywhere = begins
    rows = cursor.rows(
        f"""
        with matches as (
            select *, {_SAME_NUMBER} as is_number
            from customer_index
            where ({everywhere}) or contains(phone_digits, $digits) or {_SAME_NUMBER}
        ),

        ranked as (
            select
                customer_id,
                customer_key,
                case
                    when starts_with(texts, chr(10) || $asked || chr(10)) then 1
                    when ends_with(texts, chr(10) || $asked || chr(10)) or is_number then 2
                    when contains(texts, chr(10) || $asked) or starts_with(phone_digits, $digits) then 3
                    when {begins} then 4
                    else 5
                end as place
            from matches
        )

        select r.customer_id
        from ranked as r
        left join customer_totals as b on r.customer_key = b.customer_key
        order by r.place, b.last_on desc nulls last, b.net desc nulls last, r.customer_id
        limit $most
        """,
        values,
    )
    # Who was entered several times, or is known by several ids, is found as often.
    return list(dict.fromkeys(customer_id for (customer_id,) in rows))[:limit]


def in_order(customers: pd.DataFrame, found: list[str]) -> pd.DataFrame:
    """Rows of customers in the order in which they were found."""
    place = {customer: number for number, customer in enumerate(found)}
    return customers.sort_values("customer_id", key=lambda ids: ids.map(place), ignore_index=True)


_SAME_NUMBER = f"""(
    length(phone_digits) >= {SHORTEST_PHONE} and length($digits) >= {SHORTEST_PHONE}
    and (ends_with(phone_digits, $digits) or ends_with($digits, ltrim(phone_digits, '0')))
)"""
"""One may have the country's code in front and the other not."""


def _dearest(cursor: Cursor, limit: int) -> list[str]:
    found = cursor.rows(
        "with best as (select customer_key, net from customer_totals order by net desc, customer_key limit $limit)"
        " select k.customer_id from best as b inner join customer_keys as k on b.customer_key = k.customer_key"
        " order by b.net desc, k.customer_id",
        {"limit": limit},
    )
    return [customer_id for (customer_id,) in found]


def _digits(text: str) -> str | None:
    """The digits of a text that may be a telephone number, without the zeros in front; else None."""
    if re.search(r"[^\d\s()+./-]", text):
        return None
    digits = "".join(re.findall(r"\d", text)).lstrip("0")
    return digits if len(digits) >= SHORTEST_PART else None
