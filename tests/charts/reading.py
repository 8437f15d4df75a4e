"""What a chart shows, as its reader sees it."""


def texts(chart):
    """The words that stand in a chart, by their place."""
    return {
        (x, y): text
        for trace in chart.data
        if trace.type == "scatter" and trace.mode == "text"
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }
