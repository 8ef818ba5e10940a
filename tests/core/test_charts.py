"""A drawing is put into pages as it is, so every text in it must be text."""

import re
from xml.etree import ElementTree

from apps.core.charts import Chart, as_dict, bars, draw, shown

HOSTILE = "<script>alert(1)</script>\"'&amp;"
TEXT = "<b>&x"


def test_texts_of_a_chart_stay_texts() -> None:
    chart = Chart(
        name="needs",
        title=HOSTILE,
        alt=HOSTILE,
        columns=["Topic", "Mean"],
        rows=[[TEXT, 3]],
        spec=bars([(TEXT, 3, TEXT)]),
    )
    kept = as_dict(chart, draw([chart])["needs"])
    drawing = str(shown(kept, "/file.csv")["svg"])
    assert not re.search(r"<(script|b)\b", drawing)
    read = ElementTree.fromstring(drawing)  # noqa: S314 - ours, and well-formed or this fails
    assert [e.text for e in read if e.tag.endswith(("title", "desc"))] == [HOSTILE, HOSTILE]
    assert TEXT in "".join(read.itertext())
