"""The walls of the house: they hold, and each contract fails when it is broken on purpose."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from lti_tool.run import migrate
from lti_tool.run.settings import Settings
from xapi_store.order import plain_placing

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("lti_tool", "assessments", "courses", "xapi_store")

BREACHES = {
    "Four floors, one staircase, going down only": ("xapi_store/query.py", "import courses.agencies"),
    "Flask stands at the doors and nowhere else": ("courses/progress.py", "import flask"),
    "Wings of the top floor": ("lti_tool/visitor.py", "import lti_tool.lti.login"),
    "Only platform_client speaks to platforms": ("lti_tool/pages/learner.py", "import requests"),
    "No cycles between neighbours, on any floor": ("xapi_store/ledger.py", "import xapi_store.transaction"),
}


def product_files() -> list[Path]:
    files = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


@pytest.mark.parametrize("contract", BREACHES)
def test_a_contract_fails_when_it_is_broken_even_inside_a_function(contract: str, tmp_path: Path) -> None:
    for floor in FLOORS:
        shutil.copytree(ROOT / floor, tmp_path / floor, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, line = BREACHES[contract]
    with (tmp_path / file).open("a", encoding="utf-8") as broken:
        broken.write(f"\n\ndef _breach() -> None:\n    {line}\n")
    linter = str(Path(sys.executable).parent / "lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stdout
    broken_contracts = [said for said in found.stdout.splitlines() if " BROKEN" in said]
    assert any(said.startswith(contract) for said in broken_contracts), found.stdout


def test_the_readme_lists_the_settings_as_they_are() -> None:
    assert Settings.table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_place_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    # What begins with a slash is an address of the tool, not a file.
    named = {place for place in re.findall(r"`([\w/.]+)`", text) if "/" in place[1:] and not place.startswith("/")}
    homes = [ROOT, *(ROOT / floor for floor in FLOORS)]
    there = {
        place for place in named if any((home / f"{place}{end}").exists() for home in homes for end in ("", ".py"))
    }
    assert (len(named) > 50, named - there) == (True, set())


def test_the_migrations_make_the_tables_that_the_code_expects(database_url: str) -> None:
    command.check(migrate.configuration(database_url))


def test_files_and_functions_stay_small() -> None:
    long_files = [path for path in product_files() if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    long_functions = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert (long_files, long_functions) == ([], [])


def test_nothing_public_goes_without_a_docstring() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'name', 'module')}"
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and not _local(node, path)
    ]
    assert bare == []


def _local(node: ast.FunctionDef | ast.ClassDef, path: Path) -> bool:
    """True for what is defined inside a function: nobody outside can call it by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = [
        child.lineno
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for child in ast.walk(outer)
        if child is not outer and isinstance(child, ast.FunctionDef | ast.ClassDef)
    ]
    return node.lineno in inner


def test_the_databases_own_functions_are_those_the_code_names(database_url: str) -> None:
    migrate.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        there = "SELECT pg_get_functiondef('place_plain_statements'::regproc)"
        migrated = connection.scalar(text(there))
        connection.exec_driver_sql(plain_placing.FUNCTION.replace("%", "%%"))
        assert connection.scalar(text(there)) == migrated
    engine.dispose()
