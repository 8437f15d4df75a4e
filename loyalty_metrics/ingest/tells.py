"""Columns that no table keeps but that tell something of one it does: the profit tells the cost, a status the sale."""

from loyalty_metrics.schema import (
    COMPLAINTS,
    CONTACTS,
    COSTS,
    CUSTOMERS,
    POINTS,
    SURVEYS,
    TIERS,
    TRANSACTIONS,
    Column,
    Table,
    make_table,
)

_OF_TRANSACTIONS = make_table(
    "tells",
    "",
    "",
    (
        Column("profit", "money", "Profit on the line; with it the cost is known."),
        Column("email", "text", "The buyer's e-mail: tells customers apart where there is no customer number."),
        Column("email_of_refund", "text", "The buyer's e-mail on rows of money that goes back."),
        Column("phone", "text", "The buyer's telephone: tells customers apart where there is no e-mail either."),
        Column("status", "text", "State of the order: cancelled, unpaid and test orders are set aside."),
        Column("payment_status", "text", "State of the payment: voided and unpaid orders are set aside."),
        Column(
            "row_type", "text", "What the row books: payouts, transfers and fees are set aside, as they are no sales."
        ),
        Column("cancelled_at", "text", "When the order was cancelled; filled means it is no sale."),
        Column("paid_at", "text", "When it was paid; where there is no state, empty means unpaid."),
        Column("test", "text", "Whether it is a test order: yes, or the name of a test gateway."),
        Column("refunded", "money", "Money that went back for the order or line, in a column beside its amount."),
        Column("is_cancelled", "text", "Whether the order was cancelled: yes or no."),
        Column("is_returned", "text", "Whether the goods came back: yes or no."),
        Column("is_paid", "text", "Whether it was paid: yes or no."),
        Column("return_status", "text", "What became of a return; of an accepted one the money went back."),
        Column("returned_quantity", "number", "How many units came back."),
        Column("paid_amount", "money", "What was paid; where that is nothing, the order is set aside as unpaid."),
        Column(
            "open_amount", "money", "What is still to be paid; where that is all, the order is set aside as unpaid."
        ),
        Column("discount_in_amount", "money", "Discount that the amount still holds: it is taken off."),
        Column("shipping_in_amount", "money", "Shipping that the amount holds: it is taken off, as it is no revenue."),
        Column("tax_in_amount", "money", "Tax that the amount holds: it is taken off, as it is no revenue."),
    ),
)

_OF_CUSTOMERS = make_table(
    "customer_tells",
    "",
    "",
    (
        Column("last_name", "text", "The second half of the name."),
        Column("opted_out", "boolean", "Whether the customer wants no offers; it beats a consent in another column."),
    ),
)

_OF_POINTS = make_table(
    "points_tells",
    "",
    "",
    (
        Column("issued", "number", "Points that the row issued, where each kind of movement has its column."),
        Column("redeemed", "number", "Points that the row redeemed: a movement of its own."),
        Column("expired", "number", "Points that expired: a movement of its own."),
        Column("worth", "money", "Money that the redeemed points were worth."),
        Column("balance", "number", "The balance after the movement: it is held against the sum of the movements."),
    ),
)

_OF_COMPLAINTS = make_table(
    "complaint_tells",
    "",
    "",
    (
        Column(
            "updated_at",
            "timestamp",
            "When it was last changed; taken of closed ones where nothing else says when.",
        ),
    ),
)

ASKED = "asked_"
"""What the names of columns of answers to one question begin with, before what was asked about."""

_OF_SURVEYS = make_table(
    "survey_tells",
    "",
    "",
    tuple(
        Column(f"{ASKED}{dimension}", "number", f"Answers to a question about {dimension}, in a column of their own.")
        for dimension in SURVEYS["dimension"].values
        if dimension != "elsewhere"
    ),
)

_OF_COSTS = make_table(
    "cost_tells",
    "",
    "",
    (
        Column("period_end", "date", "The last day of the period that the costs are of."),
        Column("currency", "text", "ISO code of the currency."),
    ),
)

EMAIL, PHONE = _OF_TRANSACTIONS["email"], _OF_TRANSACTIONS["phone"]

TELLS: dict[str, tuple[Column, ...]] = {
    TRANSACTIONS.name: _OF_TRANSACTIONS.columns,
    CUSTOMERS.name: _OF_CUSTOMERS.columns,
    POINTS.name: (*_OF_POINTS.columns, EMAIL),
    TIERS.name: (EMAIL,),
    SURVEYS.name: (*_OF_SURVEYS.columns, EMAIL),
    COMPLAINTS.name: (*_OF_COMPLAINTS.columns, EMAIL),
    CONTACTS.name: (EMAIL,),
    COSTS.name: _OF_COSTS.columns,
}
"""What beside its own columns a file for a table may hold, by the table's name."""


def roles_of(table: Table) -> tuple[Column, ...]:
    """What a file for the table may hold: its columns, and those that tell something of them."""
    return (*table.columns, *TELLS.get(table.name, ()))
