"""Who may import whom, and who may run SQL: the rules that keep the house in order."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFINED = sorted((ROOT / "loyalty_metrics" / "confined").glob("*.py"))
"""What runs in a process of its own, loaded by its path: it knows nothing of the package, not even its name."""
PACKAGE = [path for path in sorted((ROOT / "loyalty_metrics").rglob("*.py")) if path not in CONFINED]
PAGES = sorted((ROOT / "pages").glob("*.py"))
PAGE_PARTS = sorted((ROOT / "pages" / "_ui").rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module a file imports, `from a import b` as both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; write the whole name"
            names |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", CONFINED, ids=lambda path: path.name)
def test_what_is_confined_stands_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    assert not {"loyalty_metrics", "duckdb", "pandas", "streamlit", "sklearn"} & {name.split(".")[0] for name in names}


def within(names: set[str], package: str) -> set[str]:
    return {name for name in names if name == package or name.startswith(f"{package}.")}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PACKAGE, ids=short)
def test_the_package_knows_neither_streamlit_nor_the_pages(path: Path) -> None:
    names = imported(path)
    assert not within(names, "streamlit") | within(names, "pages") | within(names, "app")


@pytest.mark.parametrize("path", PACKAGE, ids=short)
def test_only_the_database_module_talks_to_duckdb(path: Path) -> None:
    if path.name != "database.py":
        assert not within(imported(path), "duckdb")
        assert not [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if is_execute(node)]


def is_execute(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany")


@pytest.mark.parametrize("folder", ["stats", "charts"])
def test_stats_and_charts_know_no_sql_and_no_workspace(folder: str) -> None:
    files = sorted((ROOT / "loyalty_metrics" / folder).glob("*.py"))
    assert files
    for path in files:
        names = imported(path)
        for forbidden in ("workspace", "database", "registry", "store", "ingest"):
            assert not within(names, f"loyalty_metrics.{forbidden}"), f"{short(path)} imports {forbidden}"
        assert not within(names, "sqlglot"), short(path)


@pytest.mark.parametrize("path", [*PAGES, *PAGE_PARTS], ids=short)
def test_no_page_imports_a_page_or_runs_sql(path: Path) -> None:
    names = imported(path)
    others = {name for name in within(names, "pages") if name not in ("pages",) and not name.startswith("pages._ui")}
    assert not others
    assert (
        not within(names, "duckdb") | within(names, "loyalty_metrics.database") | within(names, "loyalty_metrics.store")
    )


def test_pages_stay_thin_and_files_stay_readable() -> None:
    too_long = {short(p): n for p in PAGES if (n := lines(p)) > 80}
    files = [
        *PACKAGE,
        *CONFINED,
        *PAGES,
        *PAGE_PARTS,
        ROOT / "app.py",
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "data").rglob("*.py"),
    ]
    too_long |= {short(p): n for p in files if (n := lines(p)) > 400}
    assert not too_long


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
