"""Draws charts in a process of its own: Vega-Lite specs in, SVG out, both as JSON.

    python chart_process.py < specs.json > drawings.json

A process that has drawn once and is then forked leaves its children hanging, so neither the web
server nor a Celery worker ever draws itself. Imports nothing of ours: it starts in half a second.
"""

import json
import sys

import vl_convert


def main() -> None:
    specs = json.load(sys.stdin)
    json.dump([vl_convert.vegalite_to_svg(spec) for spec in specs], sys.stdout)


if __name__ == "__main__":
    main()
