"""What browser tests do on every page: sign in, look for accessibility faults, keep a picture."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

WIDTHS = {"desktop": 1280, "phone": 390}
HEIGHTS = {1280: 900, 390: 844}
ARTEFACTS = Path(settings.BASE_DIR) / "var" / "test-artefacts"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe_source() -> str:
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    return (Path(spec.origin).parent / "axe.min.js").read_text()


def axe(page: Page, rules: list[str] = RULES) -> None:
    """Assert that axe-core finds nothing on the page as it is now."""
    page.wait_for_load_state()  # a page without its styles yet has faults of its own
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(axe_source())
    # What the bottom bar covers can be scrolled away from under it, which axe does not know.
    found = page.evaluate(
        """async tags => {
            const bar = document.querySelector('.bottom-bar');
            if (bar) bar.style.position = 'static';
            const found = await axe.run(document, {
                runOnly: {type: 'tag', values: tags},
                resultTypes: ['violations'],  // what passes need not be described
                preload: false,  // all style sheets are ours: axe need not fetch them again
            });
            if (bar) bar.style.position = '';
            return found;
        }""",
        rules,
    )
    assert not found["violations"], f"{page.url}\n" + "\n".join(map(described, found["violations"]))


def described(violation: dict[str, Any]) -> str:
    nodes = [
        f"    {node['html'][:160]}\n      {node['failureSummary']}"
        for node in violation["nodes"][:5]
    ]
    return f"  {violation['id']}: {violation['help']}\n" + "\n".join(nodes)


def sign_in(page: Page, person: Any, base_url: str) -> None:
    """Give the page's browser a session of ``person``, without the sign-in form."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])


def shot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in var/test-artefacts."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    path = ARTEFACTS / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}-{width}.png"
    page.screenshot(path=path, full_page=True)
    return path


def no_sideways_scrolling(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
