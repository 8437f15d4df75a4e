"""Lists: groups of customers that were saved, how they stand now, and who came and left since."""

import streamlit as st

from loyalty_metrics.language import _, format_value, label, plain
from pages._ui import cache, empty, links, saved, tables

view = empty.stop_without_data()

st.title(_("Lists of customers"), anchor=False)
empty.stop_without_names(view)
saved.offer_undo(view)
found = view.workspace.saved_lists()
if not found:
    if view.is_sample:
        st.info(_("The sample shop cannot be changed: lists are saved in a workspace of your own."))
    else:
        st.info(_("No list was saved yet. Open “Who?” under any chart, and save the customers behind it under a name."))
    st.page_link("pages/segments.py", label=_("Go to the segments"), icon="♟️")
    st.stop()

st.caption(_("Each list keeps its own filters and dates; the bar above does not change it."))
standings = {one.list_id: cache.list_standing(view.name, view.version, one) for one in found}
rows = [
    {
        _("List"): plain(one.name),
        _("When saved"): format_value(one.members, "count"),
        _("Now"): format_value(standings[one.list_id].now, "count"),
        _("Came, left"): saved.moved(standings[one.list_id]),
        _("Of"): plain(saved.told(view, one)),
    }
    for one in found
]
tables.static(rows, alt=_("Saved lists"), wide=True)
for one in found:
    if problem := standings[one.list_id].problem:
        st.warning(f"**{plain(one.name)}**: {plain(problem)}")

names = {str(one.list_id): one for one in found}
chosen = names[links.one("list", list(names), label("list"), lambda key: names[key].name)]
saved.show(view, chosen, standings[chosen.list_id])
