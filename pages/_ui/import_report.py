"""The account of one import: what was read, what was loaded, what was set aside and why; in rows and in money."""

import streamlit as st

from loyalty_metrics.ingest import ImportReport, MoneyNote, SecondAccount
from loyalty_metrics.language import _, format_exact, format_value, label, ngettext, period_label, plain
from pages._ui import questions, tables
from pages._ui.discreet import discreet

_COUNTS = (
    "zero_amount_rows",
    "negative_quantity_rows",
    "refund_rows",
    "cancellation_rows",
    "duplicate_rows",
    "refund_lines_made",
)
"""Facts that make an analyst look twice."""
_FEW = 2


def sentence(report: ImportReport, currency: str | None) -> str:
    """What the file holds, in one line for markdown."""
    facts = report.facts
    n = format_value(report.loaded, "count")
    parts = [ngettext("**{n}** row to load", "**{n}** rows to load", report.loaded).format(n=n)]
    if report.set_aside:
        parts.append(_("**{n}** set aside").format(n=format_value(report.set_aside, "count")))
    if orders := facts.get("orders"):
        n = format_value(orders, "count")
        parts.append(ngettext("**{n}** order", "**{n}** orders", int(orders)).format(n=n))
    if customers := facts.get("customers"):
        n = format_value(customers, "count")
        parts.append(ngettext("**{n}** customer", "**{n}** customers", int(customers)).format(n=n))
    if facts.get("first_date"):
        days = {name: period_label(facts[name], "day") for name in ("first_date", "last_date")}
        parts.append(_("{first_date} to {last_date}").format(**days))
    if report.money_read:
        parts.append(f"**{plain(format_exact(round(report.money_counted, 2), currency))}**")
    return " · ".join(parts)


def beside_total(report: ImportReport, currency: str | None) -> None:
    """Say which readings decide how much money that is, each with its rows and money; then that of a second reading."""
    if report.money_notes:
        lines = [f"- {_money_note(note, currency)}" for note in report.money_notes]
        st.markdown("\n".join([_("What this total rests on:"), *lines]))
    if report.second_account:
        _second_account(report.second_account, currency)


def _money_note(note: MoneyNote, currency: str | None) -> str:
    """One reading in a line of markdown; an amount has its sign, since it was added or taken off."""
    parts = []
    if note.rows is not None:
        n = format_value(note.rows, "count")
        parts.append(ngettext("{n} row", "{n} rows", note.rows).format(n=n))
    if note.money is not None:
        sign = "+" if note.money > 0 else ""
        parts.append(f"**{plain(sign + format_exact(round(note.money, 2), currency))}**")
    sentence = plain(questions.for_page(_(note.sentence)))
    return " · ".join([sentence.rstrip("."), *parts]) if parts else sentence


def _second_account(account: SecondAccount, currency: str | None) -> None:
    """Say what the file itself adds up to, read another way, and why something else is counted."""
    said, counted = (plain(format_exact(round(money, 2), currency)) for money in (account.said, account.counted))
    told = _(
        "Checked by a second, plain reading: “{column}” adds up to **{said}** in the file; **{counted}** are counted."
    )
    lines = [told.format(column=plain(account.header), said=said, counted=counted)]
    steps = [MoneyNote(step.code, step.sentence, step.rows, step.money) for step in account.steps]
    lines += [f"- {_money_note(step, currency)}" for step in steps]
    if account.is_explained:
        st.caption("\n".join(lines))
        return
    n = format_value(account.unexplained_rows, "count")
    odd = ngettext(
        "**{money} in {n} row are not explained**: look at line {lines} of the file before you load.",
        "**{money} in {n} rows are not explained**: look at lines such as {lines} of the file before you load.",
        account.unexplained_rows,
    )
    money = plain(format_exact(round(account.unexplained, 2), currency))
    shown = ", ".join(format_value(line, "count") for line in account.lines)
    st.error("\n".join([*lines, "", odd.format(money=money, n=n, lines=shown)]))


def why_set_aside(report: ImportReport) -> None:
    """Say in one line why rows would be set aside, the most frequent reasons first."""
    if not report.reasons:
        return
    told = [f"{plain(_(reason.sentence))} ({format_value(reason.rows, 'count')})" for reason in report.reasons[:_FEW]]
    if len(report.reasons) > _FEW:
        told.append(_("More under “Account”."))
    st.caption(_("Set aside: {reasons}").format(reasons=" ".join(told)))


def show(report: ImportReport, currency: str | None) -> None:
    """Draw the way from the file to the measures, why rows were set aside, and what was inferred."""
    bridge(report, currency)
    if report.reasons:
        reasons = [
            _line(plain(_(reason.sentence)), reason, currency, _("Set aside because")) for reason in report.reasons
        ]
        tables.static(reasons, alt=_("Why rows were set aside"))
    told = {name: report.facts[name] for name in _COUNTS if report.facts.get(name)}
    if told:
        st.markdown(" · ".join(f"{label(name)}: **{format_value(value, 'count')}**" for name, value in told.items()))
    if report.notes:
        st.caption("\n".join(f"- {plain(questions.for_page(_(note)))}" for note in report.notes))


def bridge(report: ImportReport, currency: str | None) -> None:
    """Draw the way from the rows of the file to those that the measures count."""
    steps = [
        _line(f"**{plain(_(step.sentence))}**" if step.is_total else plain(_(step.sentence)), step, currency)
        for step in report.bridge()
    ]
    tables.static(steps, alt=_("From the rows of the file to the measures"))


def no_customers(report: ImportReport) -> None:
    """Say what will work and what will not when no row names a customer."""
    if report.facts.get("guest_rows") == report.loaded and report.loaded:
        st.warning(
            "\n".join(
                [
                    _("**No row says who bought.**"),
                    "- " + _("Can be told: revenue, orders, average order value, what sells best, and when."),
                    "- " + _("Cannot be told: who comes back, what customers are worth, who leaves, whom to call."),
                    "- "
                    + _(
                        "If the file has a column with the customer (an id, an e-mail address or a telephone number),"
                        " choose it under “Change columns” before loading; if not, export it once more with one."
                    ),
                ]
            )
        )


def warnings(report: ImportReport) -> None:
    """What a careful analyst would look at before trusting the figures."""
    if not report.warnings:
        return
    n = len(report.warnings)
    lines = [ngettext("**{n} thing to look at:**", "**{n} things to look at:**", n).format(n=n)]
    for warning in report.warnings:
        examples = ", ".join(discreet(example) for example in warning.examples[:3])
        sentence = plain(questions.for_page(_(warning.sentence)))
        lines.append(f"- {sentence} ({plain(examples)})" if examples else f"- {sentence}")
    st.warning("\n".join(lines))


def _line(text: str, step: object, currency: str | None, heading: str | None = None) -> dict[str, str]:
    return {
        heading or _("From the file to the measures"): text,
        _("Rows"): format_value(step.rows, "count"),
        _("Money"): format_exact(step.money, currency),
    }
