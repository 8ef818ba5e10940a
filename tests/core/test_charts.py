"""A drawing is put into pages as it is, so every text in it must be text."""

import re
from xml.etree import ElementTree

from apps.core.charts import Chart, as_dict, bars, draw, shown, stacked_bars

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


def test_labels_that_begin_alike_are_drawn_barsand_labels_of_their_own() -> None:
    alike = "Our school has high expectations of"
    labels = [f"{alike} pupils", f"{alike} staff", "Twice", "Twice"]
    shapes = [
        bars([(label, n, f"{n} of 9") for n, label in enumerate(labels, 1)]),
        stacked_bars(labels, ["Held", "To come"], [[n, 0] for n in range(1, 5)]),
    ]
    drawn = [Chart(f"c{n}", "", "", [], [], spec) for n, spec in enumerate(shapes)]
    for svg in draw(drawn).values():
        read = ElementTree.fromstring(svg)  # noqa: S314 - ours
        texts = ["".join(e.itertext()) for e in read.iter() if e.tag.endswith("}text")]
        assert sum(text.startswith("Our school has high") for text in texts) == 2
        assert [text[-6:] for text in texts if text.startswith("Our")] == ["pupils", " staff"]
        assert texts.count("Twice") == 2
        [drawn_bars] = [e for e in read.iter() if "mark-rect" in e.get("class", "")]
        places = [str(bar.get("d")).split("h")[0].split(",")[1] for bar in drawn_bars]
        assert len(places) == len(set(places)) == 4
