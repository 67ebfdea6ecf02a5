"""The dependency rules of ``DESIGN.md``, read from the source of every module.

Each rule is a function from (path, parsed module) to complaints, and each is shown a module that
breaks it, so that a rule cannot pass because it looks at nothing.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from .conftest import CHECKOUT

MAX_MODULE_LINES = 299
MAX_STATEMENTS = 40
MAX_FUNCTION_LINES = 60
STAGES = ("extract", "layers", "index", "onboard", "publish", "export")
MEASURES_MAY_USE = {"numpy", "scipy", "pandas", "numba"}
NETWORK = {"urllib", "urllib3", "requests", "http", "socket", "pooch", "httpx", "aiohttp", "ftplib"}
OPEN_TO_DASHBOARD = ("measures", "export", "languages", "serving")
ONLY_IN = {
    "duckdb": ("etl/warehouse.py", "dashboard/queries.py"),
    "yaml": ("etl/yaml_files.py",),
    "streamlit": ("dashboard/",),
    **dict.fromkeys(NETWORK, ("etl/extract/web/",)),
    # Asks whether a port is free; connects to nothing.
    "socket": ("etl/extract/web/", "etl/serving.py"),
}
TOP_LEVEL = {
    ".ci", ".gitattributes", ".gitignore", ".streamlit", "CHANGELOG.md",
    "CITATION.cff", "LICENSE", "Makefile", "README.md", "config", "constraints.txt", "dashboard",
    "data", "etl", "pyproject.toml", "tests",
}  # fmt: skip

Rule = Callable[[str, ast.Module], Iterator[str]]


def imported(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything a module imports, ``from x import y`` as ``x.y``."""
    package = list(PurePosixPath(path).with_suffix("").parts)[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            prefix = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


def inside(name: str, package: str) -> bool:
    """Tell whether a dotted name is a package or something in it."""
    return name == package or name.startswith(package + ".")


def measures_are_pure(path: str, tree: ast.Module) -> Iterator[str]:
    if not path.startswith("etl/measures/"):
        return
    for name in imported(path, tree):
        root = name.split(".")[0]
        if root not in MEASURES_MAY_USE | sys.stdlib_module_names and not inside(
            name, "etl.measures"
        ):
            yield f"{path} imports {name}: measures use numerical libraries and themselves only"


def stages_meet_in_tables_only(path: str, tree: ast.Module) -> Iterator[str]:
    stage = PurePosixPath(path).with_suffix("").parts[1] if path.startswith("etl/") else ""
    if stage not in STAGES:
        return
    for name in imported(path, tree):
        for other in STAGES:
            if other != stage and inside(name, f"etl.{other}"):
                yield f"{path} imports {name}: stages never import each other"


def dashboard_reads_snapshots_only(path: str, tree: ast.Module) -> Iterator[str]:
    if not path.startswith("dashboard/"):
        return
    for name in imported(path, tree):
        # etl.export: what is downloaded must be, byte for byte, what `mindgap export` writes.
        # etl.languages: pages and files say the words of the data alike.
        # etl.serving: who may see what holds however the server was started.
        known = any(inside(name, f"etl.{part}") for part in OPEN_TO_DASHBOARD)
        if inside(name, "etl") and not known:
            yield f"{path} imports {name}: the dashboard uses only {', '.join(OPEN_TO_DASHBOARD)}"


def etl_knows_no_dashboard(path: str, tree: ast.Module) -> Iterator[str]:
    for name in imported(path, tree):
        if path.startswith("etl/") and inside(name, "dashboard"):
            yield f"{path} imports {name}: the ETL does not know the dashboard"


def libraries_stay_behind_their_door(path: str, tree: ast.Module) -> Iterator[str]:
    for name in imported(path, tree):
        doors = ONLY_IN.get(name.split(".")[0])
        if inside(name, "urllib.parse"):
            continue  # takes addresses apart; reaches nothing
        if doors and not path.startswith(doors):
            yield f"{path} imports {name}: allowed in {', '.join(doors)} only"


def modules_are_short(path: str, tree: ast.Module) -> Iterator[str]:
    last = max((node.end_lineno or 0 for node in tree.body), default=0)
    if last > MAX_MODULE_LINES:
        yield f"{path} has {last} lines, at most {MAX_MODULE_LINES} are allowed"


def functions_are_short(path: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        statements = sum(isinstance(n, ast.stmt) for part in body for n in ast.walk(part))
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        if statements > MAX_STATEMENTS or lines > MAX_FUNCTION_LINES:
            yield f"{path}: {node.name}() has {statements} statements on {lines} lines"


def modules_are_named_for_what_they_do(path: str, tree: ast.Module) -> Iterator[str]:
    if PurePosixPath(path).stem in {"utils", "util", "helpers", "helper", "common", "misc"}:
        yield f"{path}: name the module for what it does"


RULES: list[Rule] = [
    measures_are_pure,
    stages_meet_in_tables_only,
    dashboard_reads_snapshots_only,
    etl_knows_no_dashboard,
    libraries_stay_behind_their_door,
    modules_are_short,
    functions_are_short,
    modules_are_named_for_what_they_do,
]
BREAKS: list[tuple[Rule, str, str]] = [
    (measures_are_pure, "etl/measures/x.py", "import duckdb"),
    (measures_are_pure, "etl/measures/x.py", "from etl.config import load"),
    (measures_are_pure, "etl/measures/x.py", "from ..errors import BadValueError"),
    (stages_meet_in_tables_only, "etl/layers/x.py", "from etl.extract.run import extract_raw"),
    (stages_meet_in_tables_only, "etl/layers/x.py", "from etl import extract"),
    (stages_meet_in_tables_only, "etl/publish.py", "import etl.index.run"),
    (stages_meet_in_tables_only, "etl/index/x.py", "def f():\n    from ..layers import build"),
    (dashboard_reads_snapshots_only, "dashboard/x.py", "from etl import config"),
    (etl_knows_no_dashboard, "etl/x.py", "import dashboard.text"),
    (libraries_stay_behind_their_door, "etl/publish.py", "import duckdb"),
    (libraries_stay_behind_their_door, "etl/schema/x.py", "from yaml import safe_load"),
    (libraries_stay_behind_their_door, "etl/layers/x.py", "import urllib.request"),
    (libraries_stay_behind_their_door, "etl/extract/run.py", "import requests"),
    (libraries_stay_behind_their_door, "dashboard/x.py", "from http.client import HTTPConnection"),
    (libraries_stay_behind_their_door, "etl/cli.py", "import streamlit as st"),
    (modules_are_short, "etl/x.py", "x = 1\n" * 300),
    (functions_are_short, "etl/x.py", "def f():\n" + "    x = 1\n" * 41),
    (functions_are_short, "etl/x.py", "def f():\n    return [\n" + "        1,\n" * 60 + "    ]"),
    (modules_are_named_for_what_they_do, "etl/utils.py", ""),
]


def modules() -> list[Path]:
    return sorted(p for folder in ("etl", "dashboard") for p in (CHECKOUT / folder).rglob("*.py"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule: Rule):
    complaints = [
        complaint
        for path in modules()
        for complaint in rule(
            path.relative_to(CHECKOUT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        )
    ]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(("rule", "path", "source"), BREAKS)
def test_rule_can_fail(rule: Rule, path: str, source: str):
    assert list(rule(path, ast.parse(source)))


def test_every_rule_is_shown_to_be_able_to_fail():
    assert {rule for rule, _, _ in BREAKS} == set(RULES)


def test_rules_look_at_the_whole_code():
    names = {p.relative_to(CHECKOUT).as_posix() for p in modules()}
    assert {"etl/measures/catchment.py", "etl/publish.py", "dashboard/queries.py"} <= names


def odd_top_level(tracked: str) -> set[str]:
    """Return the top-level names of a ``git ls-files`` listing that nobody agreed to."""
    return {line.split("/")[0] for line in tracked.splitlines() if line} - TOP_LEVEL


def test_repository_holds_only_the_agreed_top_level_names():
    listing = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    assert odd_top_level(listing.stdout) == set()
    assert odd_top_level("etl/x.py\nnotes.txt\n") == {"notes.txt"}
