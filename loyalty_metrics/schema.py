"""The canonical tables: every column a workspace can hold, declared once.

Templates, recognition of columns, checks, the glossary and the documentation are all made from `TABLES`. The words each
column is recognised by, in many languages, stand beside it in rules/header_words.toml.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

Type = Literal["text", "code", "timestamp", "date", "money", "number", "integer", "boolean"]

SQL_TYPES: dict[Type, str] = {
    "text": "varchar",
    "code": "varchar",
    "timestamp": "timestamp",
    "date": "date",
    "money": "decimal(18,4)",
    "number": "double",
    "integer": "bigint",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: Identifier in SQL, Python and exports.
        type: `text` is free text; `code` takes one of `values`.
        meaning: What the column holds, for people.
        required: A file without it cannot be loaded.
        example: A value as it would stand in a file.
        words: Header texts it is recognised by, by language code.
        values: The allowed values of a `code` column.
        personal: Names, e-mails, phones: hidden in screen-share mode.
    """

    name: str
    type: Type
    meaning: str
    example: str = ""
    required: bool = False
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    personal: bool = False

    @cached_property
    def known_words(self) -> tuple[tuple[str, int], ...]:
        """The words it is recognised by, folded, each with its place in its language; the best place of equal ones."""
        places: dict[str, int] = {}
        for words in self.words.values():
            for place, word in enumerate(words):
                folded = normalise_header(word)
                places[folded] = min(place, places.get(folded, place))
        return tuple(places.items())

    @property
    def sql_type(self) -> str:
        """The column's type in DuckDB."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Table:
    """One canonical table: what a row is, and why it is worth having."""

    name: str
    grain: str
    worth: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The table {self.name} has no column {name}; it has {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


@lru_cache(maxsize=1 << 16)
def normalise_header(text: str) -> str:
    """Fold a header to what is compared: lower case, no accents, no punctuation, single blanks."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.replace("Đ", "D").replace("đ", "d"))
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold()))


_WORDS: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads(
    (Path(__file__).parent / "rules" / "header_words.toml").read_text(encoding="utf-8")
)


def make_table(name: str, grain: str, worth: str, columns: tuple[Column, ...]) -> Table:
    """A table whose columns know the words they are recognised by."""
    words = {column: {k: tuple(v) for k, v in found.items()} for column, found in _WORDS.get(name, {}).items()}
    return Table(name, grain, worth, tuple(replace(c, words=words.get(c.name, {})) for c in columns))


TRANSACTIONS = make_table(
    "transactions",
    "one line of an order",
    "Every measure of retention, segments and value starts here; it is the only table that is required.",
    (
        Column(
            "order_id",
            "text",
            "The order or invoice the line belongs to. Without it each row is taken as an order.",
            "10234",
        ),
        Column("customer_id", "text", "The shop's own key of the customer. Empty means a guest.", "C-1042"),
        Column(
            "ordered_at",
            "timestamp",
            "When the line was sold or refunded, in the store's time zone.",
            "2026-03-14 10:26",
            required=True,
        ),
        Column("product", "text", "The product sold: its name, or its number.", "Filter coffee 500 g"),
        Column("category", "text", "The product's group.", "Coffee"),
        Column("quantity", "number", "Units sold; negative where units came back.", "2"),
        Column("unit_price", "money", "Price of one unit before discount.", "9.50"),
        Column("discount", "money", "Money taken off the line, as a positive number.", "1.90"),
        Column(
            "amount",
            "money",
            "What the customer pays for the line: quantity times price, less discount; negative on refunds.",
            "17.10",
        ),
        Column("cost", "money", "Cost of the goods on the line; with it profit can be told.", "8.20"),
        Column("channel", "text", "How the order came: web, shop, app, marketplace.", "web"),
        Column("store", "text", "The shop, branch or till.", "Riverside"),
        Column("country", "text", "The country the order was sold to.", "FR"),
        Column("staff_id", "text", "Who served the customer.", "S07"),
        Column("currency", "text", "ISO code of the currency; a workspace has one.", "EUR"),
        Column(
            "kind",
            "code",
            "What the line is. Unmarked lines are sales; money is negative on the other two.",
            "sale",
            values=("sale", "refund", "cancellation"),
        ),
        Column("refund_of", "text", "The order that a refund or cancellation takes back, where it is known.", "10234"),
    ),
)

CUSTOMERS = make_table(
    "customers",
    "one customer",
    "Filters and comparisons by how customers were won, where they live and what winning them cost.",
    (
        Column("customer_id", "text", "The shop's own key of the customer.", "C-1042", required=True),
        Column("name", "text", "The customer's name.", "Anna Li", personal=True),
        Column("email", "text", "E-mail address.", "anna@example.com", personal=True),
        Column("phone", "text", "Telephone number.", "+33 1 23 45", personal=True),
        Column("birthday", "date", "Date of birth.", "1988-05-02", personal=True),
        Column("joined_at", "timestamp", "When the customer joined the programme or opened an account.", "2025-01-20"),
        Column("acquired_through", "text", "Channel or campaign that won the customer.", "search"),
        Column("acquisition_cost", "money", "What winning this customer cost.", "14.00"),
        Column("country", "text", "Where the customer lives.", "FR"),
        Column("referred_by", "text", "The customer who referred them.", "C-0007"),
        Column("consent", "boolean", "May be contacted with offers.", "true"),
    ),
)

POINTS = make_table(
    "points",
    "one movement of points",
    "Outstanding points, what they will cost, and whether they bring customers back.",
    (
        Column("customer_id", "text", "Whose points.", "C-1042", required=True),
        Column("posted_at", "timestamp", "When they moved.", "2026-03-14 10:26", required=True),
        Column(
            "kind",
            "code",
            "What happened to them.",
            "issued",
            required=True,
            values=("issued", "redeemed", "expired", "adjusted"),
        ),
        Column(
            "points", "number", "How many, as a positive number; only adjustments may be negative.", "17", required=True
        ),
        Column("order_id", "text", "The order that earned or used them.", "10234"),
        Column("expires_at", "date", "Until when issued points are good.", "2027-03-14"),
        Column("value", "money", "Money a redemption was worth.", "0.85"),
    ),
)

TIERS = make_table(
    "tiers",
    "one stay of a customer in a tier",
    "Who moves up and down, and whether a tier changes what people buy.",
    (
        Column("customer_id", "text", "Whose tier.", "C-1042", required=True),
        Column("tier", "text", "Name of the tier.", "Gold", required=True),
        Column("from_on", "date", "First day in the tier.", "2026-01-01", required=True),
        Column("until_on", "date", "Last day in the tier; empty while it lasts.", "2026-12-31"),
    ),
)

REFERRALS = make_table(
    "referrals",
    "one referral",
    "Whether loyal customers bring others, and what those are worth.",
    (
        Column("referrer_id", "text", "The customer who referred.", "C-0007", required=True),
        Column("referred_id", "text", "The person referred; a customer once they bought.", "C-1042"),
        Column("referred_at", "timestamp", "When.", "2025-01-18", required=True),
        Column("converted_at", "timestamp", "When the referred person first bought.", "2025-01-20"),
        Column("reward_cost", "money", "What the reward cost.", "5.00"),
    ),
)

SURVEYS = make_table(
    "surveys",
    "one question put to one person",
    "Satisfaction, recommendation, and which satisfied customers leave all the same.",
    (
        Column("response_id", "text", "One questionnaire sent to one person.", "R-550", required=True),
        Column("customer_id", "text", "Who was asked; empty when anonymous.", "C-1042"),
        Column("sent_at", "timestamp", "When it was sent.", "2026-02-01", required=True),
        Column("answered_at", "timestamp", "When it was answered; empty means no answer.", "2026-02-03"),
        Column(
            "dimension",
            "code",
            "What was asked about.",
            "service",
            required=True,
            values=(
                "recommend",
                "product",
                "service",
                "staff",
                "image",
                "money",
                "time",
                "effort",
                "energy",
                "elsewhere",
            ),
        ),
        Column("expected", "number", "What was expected, 1 to 10.", "8"),
        Column("perceived", "number", "What was found, 1 to 10; 0 to 10 for recommend.", "9"),
        Column("comment", "text", "What the customer wrote.", "Quick delivery", personal=True),
        Column("spend_elsewhere", "money", "What the customer spent on such goods at other shops.", "35.00"),
        Column("spend_days", "integer", "Over how many days before the answer that was; empty means 30.", "30"),
        Column("shop_rank", "number", "The place they give this shop among those they use; 1 is first.", "1"),
        Column("shops_used", "integer", "How many shops they use for such goods, this one included.", "2"),
        Column("could_switch", "boolean", "Whether they could as easily buy elsewhere.", "true"),
    ),
)

COMPLAINTS = make_table(
    "complaints",
    "one complaint",
    "Whether settling complaints keeps customers, and what slow settlement costs.",
    (
        Column("complaint_id", "text", "Its number.", "K-88", required=True),
        Column("customer_id", "text", "Who complained.", "C-1042"),
        Column("order_id", "text", "About which order.", "10234"),
        Column("opened_at", "timestamp", "When it came in.", "2026-03-16", required=True),
        Column("closed_at", "timestamp", "When it was closed; empty while open.", "2026-03-18"),
        Column("reason", "text", "What about.", "late delivery"),
        Column("severity", "integer", "1 (slight) to 5 (grave).", "3"),
        Column(
            "outcome", "code", "How it ended; empty while open.", "settled", values=("settled", "closed", "unresolved")
        ),
        Column("store", "text", "Where.", "Riverside"),
        Column("staff_id", "text", "Who handled it.", "S07"),
        Column("cost", "money", "What settling it cost.", "12.00"),
    ),
)

CONTACTS = make_table(
    "contacts",
    "one contact with a customer",
    "What service costs, which contact sells, and who has gone silent.",
    (
        Column("contact_id", "text", "Its number.", "T-901", required=True),
        Column("customer_id", "text", "With whom.", "C-1042"),
        Column("contacted_at", "timestamp", "When.", "2026-03-01 09:00", required=True),
        Column("channel", "text", "By which way.", "e-mail", required=True),
        Column("direction", "code", "Who began it.", "out", values=("in", "out")),
        Column("reason", "text", "What about, or the campaign.", "spring offer"),
        Column("staff_id", "text", "Who on our side.", "S07"),
        Column("cost", "money", "What it cost.", "0.10"),
    ),
)

COSTS = make_table(
    "costs",
    "one booking of cost",
    "What winning a customer costs against keeping one.",
    (
        Column("booked_on", "date", "When it fell due.", "2026-03-31", required=True),
        Column(
            "purpose",
            "code",
            "What it was for.",
            "acquisition",
            required=True,
            values=("acquisition", "retention", "service", "programme", "other"),
        ),
        Column("channel", "text", "For which channel.", "search"),
        Column("amount", "money", "How much.", "1200.00", required=True),
    ),
)

STAFF = make_table(
    "staff",
    "one employee",
    "Whether staff who stay keep customers who stay.",
    (
        Column("staff_id", "text", "Their number.", "S07", required=True),
        Column("name", "text", "Their name.", "B. Novak", personal=True),
        Column("store", "text", "Where they work.", "Riverside"),
        Column("team", "text", "Their team.", "counter"),
        Column("joined_on", "date", "First day.", "2023-06-01"),
        Column("left_on", "date", "Last day; empty while employed.", ""),
        Column("satisfaction", "number", "Their own satisfaction, 1 to 10.", "8"),
    ),
)

ACTIONS = make_table(
    "actions",
    "one decision taken in a review",
    "What was decided, by whom, at what cost, and whether it worked.",
    (
        Column("action_id", "text", "Its number.", "A-3", required=True),
        Column("decided_on", "date", "When it was decided.", "2026-03-02", required=True),
        Column("title", "text", "What is to be done.", "Call lapsing Champions", required=True),
        Column("owner", "text", "Who does it.", "Mara", personal=True),
        Column("segment", "text", "For which customers.", "Cannot lose"),
        Column("measure", "text", "By which measure it is judged.", "repeat_purchase_rate"),
        Column("due_on", "date", "By when.", "2026-03-31"),
        Column("budget", "money", "What it may cost.", "500.00"),
        Column("status", "code", "Where it stands.", "open", values=("open", "done", "dropped")),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        TRANSACTIONS,
        CUSTOMERS,
        POINTS,
        TIERS,
        REFERRALS,
        SURVEYS,
        COMPLAINTS,
        CONTACTS,
        COSTS,
        STAFF,
        ACTIONS,
    )
}
