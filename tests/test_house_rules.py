"""Rules of the house that a formatter or type checker does not know."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE = {".git", ".tools", ".venv", "node_modules", "var", "dist", "staticfiles", "__pycache__"}
KEPT = {".ci", ".dockerignore", ".editorconfig", ".gitignore", ".npmrc"}
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".js",
    ".mjs",
    ".scss",
    ".md",
    ".toml",
    ".yml",
    ".json",
    ".in",
    ".typ",
    "",
}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEST = 400, 60, 90
# Names that Django, allauth or crispy-forms look up themselves.
LOOKED_UP = ("account/", "admin/", "mfa/", "allauth/", "bootstrap5/", "django/", "registration/")
LOOKED_UP_FILES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
ELSEWHERE = [
    "registry." + "npmjs",
    "files." + "pythonhosted",
    "pypi." + "org/simple",
    "deb." + "debian.org",
    "/" + "work/",
    "/" + "root/",
    "/" + "home/",
]


def files(*suffixes: str, under: str = "") -> list[Path]:
    return [
        path for path in every_file() if path.suffix in suffixes and named(path).startswith(under)
    ]


@cache
def every_file() -> tuple[Path, ...]:
    return tuple(walk(ROOT))


def walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in MADE or (path.name.startswith(".") and path.name not in KEPT):
            continue
        if path.is_dir():
            yield from walk(path)
        elif path.is_file():
            yield path


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python(*unders: str) -> list[Path]:
    found = [path for under in unders for path in files(".py", under=under)]
    return [path for path in found if "migrations" not in path.parts]


def templates() -> list[Path]:
    return files(".html", ".txt", under="templates/")


def lines_matching(paths: list[Path], pattern: str) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), 1)
        if wanted.search(line)
    ]


def test_files_are_short() -> None:
    paths = [*python("apps/", "cpdhub/", "tests/"), *files(".html", ".js", ".scss")]
    sizes = {named(path): text(path).count("\n") for path in paths}

    assert {name: size for name, size in sizes.items() if size >= LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = []
    for path in python("apps/", "cpdhub/", "tests/"):
        most = LONGEST_TEST if named(path).startswith("tests/") else LONGEST_FUNCTION
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1
                if size >= most:
                    long.append(f"{named(path)}:{node.lineno}: {node.name} has {size} lines")

    assert long == []


def test_models_live_in_apps() -> None:
    assert lines_matching(python("cpdhub/", "tests/"), r"^class \w+\(.*models\.Model\b") == []


KINDS = "apps/activities/kinds/"
TELL_STORIES = ("apps/home/demo/", "apps/home/scale/")  # they play activities of real kinds


def slugs_of_kinds() -> set[str]:
    folder = ROOT / KINDS
    named = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    return named - {"__init__", "__pycache__", "base", "rules", "shared"}


def test_nothing_outside_kinds_names_a_kind() -> None:
    slugs = slugs_of_kinds()
    paths = [p for p in python("apps/") if not named(p).startswith((KINDS, *TELL_STORIES))]
    guilty = [
        f"{named(path)}:{line}: {word}"
        for path in paths
        for line, word in kinds_in(path)
        if word in slugs
    ]

    assert len(slugs) >= 2
    assert guilty == []


def kinds_in(path: Path) -> Iterator[tuple[int, str]]:
    """Words that could be a kind: whole strings, the beginnings of dotted ones, modules."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(alias.name for alias in node.names)):
                yield from ((node.lineno, part) for part in name.split("."))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from ((node.lineno, part) for part in alias.name.split("."))


def test_no_template_outside_its_own_folder_names_a_kind() -> None:
    """Quoted, or as a folder; words that people read may be the same as a slug."""
    guilty = [
        line
        for slug in sorted(slugs_of_kinds())
        for line in lines_matching(
            [p for p in templates() if not named(p).startswith(f"templates/activities/{slug}/")],
            rf"[\"']{slug}[\"'.]|\bactivities/{slug}/|:{slug}_",
        )
    ]

    assert guilty == []


def test_no_work_hides_in_signals_or_save() -> None:
    models = [path for path in python("apps/") if "models" in path.parts or path.stem == "models"]

    assert lines_matching(python("apps/"), r"\b(pre|post)_(save|delete)\b|@receiver") == []
    assert lines_matching(models, r"def save\(self") == []


def test_nothing_is_left_for_later() -> None:
    paths = [p for p in files(".py", ".html", ".js", ".scss") if p != Path(__file__)]

    assert lines_matching(paths, r"\b(TODO|FIXME|XXX|HACK)\b") == []


ASSERTS = r"\bassert\b|raises|expect\(|check_|axe\(|look\(|no_sideways|django_assert"


def test_every_test_can_fail() -> None:
    """A test asserts, or calls a function of its own file that does."""
    silent = []
    for path in (path for path in python("tests/") if path.name.startswith("test_")):
        bodies = functions(path)
        helpers = [name for name, body in bodies.items() if re.search(ASSERTS, body)]
        fails = re.compile("|".join([ASSERTS, *(rf"\b{name}\(" for name in helpers)]))
        silent += [
            f"{named(path)}: {name}"
            for name, body in bodies.items()
            if name.startswith("test_") and not fails.search(body.partition(":")[2])
        ]

    assert silent == []


def functions(path: Path) -> dict[str, str]:
    nodes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.get_source_segment(text(path), node) or "" for node in nodes}


def test_every_test_runs() -> None:
    paths = [path for path in python("tests/") if path != Path(__file__)]

    assert lines_matching(paths, r"mark\.(skip|xfail)|pytest\.(skip|xfail)\(") == []


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    paths = [path for path in every_file() if path.suffix in TEXT]

    # An absolute path: "apps/home/" is ours.
    absolute = r"(?<!\w)(?:" + "|".join(map(re.escape, ELSEWHERE)) + ")"
    assert lines_matching(paths, absolute) == []


# Templates

TAG = r"<[^>]*>"
INLINE = (
    r"<script(?![^>]*\b(src=|type=\"application/json\"))|<style\b|\sstyle=|"
    r"\son[a-z]+\s*=|\shx-on|javascript:"
)


def test_templates_carry_no_inline_script_or_style() -> None:
    pages = [path for path in templates() if "emails" not in path.parts]

    assert lines_matching(pages, INLINE) == []


def test_templates_escape_what_people_write() -> None:
    ours = [path for path in templates() if "bootstrap5" not in path.parts]  # crispy has escaped it
    safe = lines_matching(ours, r"\|\s*safe\b|{%\s*autoescape off")
    plain_mail = [line for line in safe if re.match(r"templates/emails/.*\.txt:", line)]

    assert [line for line in safe if line not in plain_mail] == []


def test_every_template_is_used() -> None:
    asked = templates_asked_for()
    unused = [
        name
        for name in (path.relative_to(ROOT / "templates").as_posix() for path in templates())
        if not name.startswith(LOOKED_UP) and name not in LOOKED_UP_FILES
        if not any(re.fullmatch(pattern, name) for pattern in asked)
    ]

    assert unused == []


def templates_asked_for() -> set[str]:
    """Patterns of the names in code and templates; ``f"home/{role}.html"`` matches any role."""
    sources = [*python("apps/", "cpdhub/"), *templates()]
    found = {
        name
        for path in sources
        for name in re.findall(r"[\"']([\w{}./ -]+\.(?:html|txt))(?:#[\w{}.-]+)?[\"']", text(path))
    }
    return {"[^/]+".join(map(re.escape, re.split(r"{[^}]*}", name))) for name in found}


NOT_TEXT = [
    r"{%\s*comment.*?{%\s*endcomment\s*%}",
    r"{#.*?#}",
    r"<!--.*?-->",
    r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}",
    r"<(script|code|kbd)\b.*?</\1>",
]
SPOKEN = r"(?:aria-label|aria-description|alt|title|placeholder)=\"([^\"]*)\""


def read_by_people() -> list[Path]:
    return [path for path in templates() if "styleguide" not in named(path)]


@pytest.mark.parametrize("path", read_by_people(), ids=named)
def test_templates_speak_through_gettext(path: Path) -> None:
    bare = text(path)
    for pattern in NOT_TEXT:
        bare = re.sub(pattern, " ", bare, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}|{{.*?}}", " ", bare, flags=re.DOTALL)
    spoken = [*re.findall(SPOKEN, bare), re.sub(TAG, "\n", bare, flags=re.DOTALL)]
    words = re.findall(r"[^\W\d_]{2,}", "\n".join(spoken))

    assert [word for word in words if word not in {"cpdhub", "CSV", "PDF", "URN"}] == []
