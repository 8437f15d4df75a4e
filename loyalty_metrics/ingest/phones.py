"""One telephone number in several spellings: with the country's code or without, with the 0 before it or without.

The code is told from the file itself: it is what stands before numbers that the file also has without it.
"""

from dataclasses import dataclass

from loyalty_metrics.ingest.values import Reading, Values

FEWEST_DIGITS = 9
"""Digits a number has without its country: of fewer, two equal ones may be of two countries."""
LONGEST_CODE = 3

_FORMS = """
with numbers as (
    select distinct {digits} as digits, regexp_matches({text}, '^[^0-9]*([+]|00)') as is_abroad
    from {relation} where {filled}
),

bare as (
    select regexp_replace(digits, '^0+', '') as digits, starts_with(digits, '0') as has_zero, is_abroad from numbers
),

codes as (
    select left(b.digits, length) as code, count(*) as numbers
    from bare as b cross join (select unnest(range(1, {longest} + 1)) as length)
    where length(b.digits) >= length + {fewest}
        and regexp_replace(substr(b.digits, length + 1), '^0', '') in (select digits from bare where not is_abroad)
    group by code
)

select
    (select arg_max(code, (numbers, code)) from codes),
    (select count(*) from bare where has_zero and not is_abroad),
    (select count(*) from bare where has_zero and not is_abroad and length(digits) >= {fewest}
        and digits in (select digits from bare where not has_zero))
"""


@dataclass(frozen=True)
class _Spelling:
    """How a file writes numbers: the code of its country, and whether any have a 0 before them."""

    code: str
    has_zero: bool


def with_one_spelling(values: Values, header: str, text: str, phone: Reading) -> Reading:
    """Write telephone numbers in one way, where the file has equal ones with the country's code and without, or a 0.

    Args:
        values: Where it is told.
        header: The column of the numbers.
        text: SQL of the numbers as they are written.
        phone: The numbers, as digits alone.
    """
    query = _FORMS.format(
        digits=phone.store,
        text=text,
        relation=values.source.relation,
        filled=phone.filled,
        longest=LONGEST_CODE,
        fewest=FEWEST_DIGITS,
    )
    code, with_zero, without_zero = values.cursor.row(query, values.parameters)
    if not code and not without_zero:
        return phone
    ways = f"with the code +{code}, with a 0 and with neither" if code else "with a 0 before them and without"
    values.notes.append(f'Equal numbers in column "{header}" {ways} are taken for one.')
    return Reading(_one_spelling(phone.store, text, _Spelling(code or "", with_zero > 0)), phone.filled)


def _one_spelling(digits: str, text: str, spelling: _Spelling) -> str:
    """SQL of a number without code and 0, with the one that most have put before it; others are left alone."""
    bare = f"regexp_replace({digits}, '^0+', '')"
    is_abroad = f"regexp_matches({text}, '^[^0-9]*([+]|00)')"
    code, before = spelling.code, "0" if spelling.has_zero else spelling.code
    has_code = f"starts_with({bare}, '{code}') and length({bare}) >= {len(code) + FEWEST_DIGITS}" if code else "false"
    national = f"case when {has_code} then regexp_replace(substr({bare}, {len(code) + 1}), '^0', '')"
    national += f" when not {is_abroad} and length({bare}) >= {FEWEST_DIGITS} then {bare} end"
    return f"coalesce('{before}' || ({national}), {digits})"
