"""Tests stand alone: what several of them plant is in `tests/support`, and none imports another."""

import ast

import pytest

from support.paths import TESTS


def imported(source):
    """Every module that is imported, and every name that may be one."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def among_tests(modules):
    parts = {name: name.split(".") for name in modules}
    return sorted(
        name
        for name, own in parts.items()
        if own[0] == "tests" or any(part == "conftest" or part.startswith("test_") for part in own)
    )


def test_no_test_imports_another():
    found = {path: among_tests(imported(path.read_text("utf-8"))) for path in TESTS.rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from test_site import outside", ["test_site", "test_site.outside"]),
        ("from .test_site import outside", ["test_site", "test_site.outside"]),
        ("from reports.site import test_pages", ["reports.site.test_pages"]),
        ("def f():\n    import reports.test_report as r", ["reports.test_report"]),
        ("import tests.reports", ["tests.reports"]),
        ("from conftest import raw", ["conftest", "conftest.raw"]),
        ("from support.pages import outside\nimport pytest", []),
    ],
)
def test_an_import_of_a_test_is_found(source, found):
    assert among_tests(imported(source)) == found
