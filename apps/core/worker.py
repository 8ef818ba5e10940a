"""The service worker: the built script with the addresses of the files it keeps."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse

KEPT = ("app.css", "app.js", "drafts.js", "icons.svg", "fonts/source-sans-3-latin.woff2")


def script() -> str:
    kept = [reverse("core:offline"), *(static(name) for name in KEPT)]
    built = _built("worker.js")
    version = sha256((built + json.dumps(kept)).encode()).hexdigest()[:12]
    shell = {"version": version, "offline": kept[0], "kept": kept}
    return f"const SHELL = {json.dumps(shell)};\n{built}"


def _built(name: str) -> str:
    path = finders.find(name)
    if path:
        return Path(str(path)).read_text(encoding="utf-8")
    with staticfiles_storage.open(name) as file:
        return str(file.read().decode())
