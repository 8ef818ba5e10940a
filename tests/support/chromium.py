"""Find Chromium, or (as a command, before the tests) get one.

$CHROMIUM, else chromium or chromium-headless-shell on the PATH, else the one kept in
var/chromium. To get one: apt as root on Debian, else a build that npm carries.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "chromium"
PACKAGE = "@sparticuz/chromium@153.0.0"
NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
ADVICE = (
    "No Chromium for the browser tests: install Debian's package chromium-headless-shell "
    "(or chromium), or point CHROMIUM at one, or run `make chromium`."
)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
UNPACK = """
import chromium from '@sparticuz/chromium';
const path = await chromium.executablePath();
console.log(JSON.stringify({ path, libraries: process.env.LD_LIBRARY_PATH || '' }));
"""


def find() -> tuple[str, dict[str, str]] | None:
    """Its path, and what its environment needs besides; None when there is none."""
    named = os.environ.get("CHROMIUM", "")
    path = named or next(filter(None, map(shutil.which, NAMES)), None)
    if path:
        return path, {}
    kept = KEPT / "found.json"
    if kept.exists():
        found = json.loads(kept.read_text())
        if Path(found["path"]).exists():
            return found["path"], {"LD_LIBRARY_PATH": found["libraries"]}
    return None


def get() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (
            ["update", "-qq"],
            ["install", "-qq", "-y", "--no-install-recommends", NAMES[1]],
        ):
            subprocess.run(["apt-get", *step], env=quiet, stdout=sys.stderr, check=True)
    elif shutil.which("npm"):
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / "package.json").write_text('{"private": true, "type": "module"}')
        subprocess.run(["npm", "install", "--silent", PACKAGE], cwd=KEPT, check=True)
        unpacked = KEPT / "unpacked"
        unpacked.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "TMPDIR": str(unpacked),
            "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs20.x",
        }
        command = ["node", "--input-type=module", "-e", UNPACK]
        run = subprocess.run(
            command, cwd=KEPT, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        (KEPT / "found.json").write_text(run.stdout)


if __name__ == "__main__":
    if find() is None:
        get()
    if find() is None:
        sys.exit(ADVICE)
