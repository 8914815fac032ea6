"""The pages say what is there: READMEs, dictionary, rules, changelog, citation; and their examples run."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from shegong.cli import main
from shegong.outputs.build import build_package
from shegong.package.package import Package
from shegong.pages.charts.national import FILES
from shegong.pages.facts import MARKED
from shegong.pages.readme import PAGES as UPDATED
from shegong.pages.readme import QUERY, TABLE
from shegong.pages.write_pages import write_pages
from shegong.release.make import make_wheel
from tests.commands import run
from tests.conftest import ROOT, PackageCopy

PAGES = ("README.md", "README.zh.md")
BY_HAND = ("CONTRIBUTING.md", "RELEASING.md", *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md")))
MAX_LINES = 120
FORMATS = "docs/formats.md"
CHINESE = re.compile("[一-鿿]")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


READMES = "".join(map(page, PAGES))


def questions(name: str) -> list[tuple[str, str]]:
    """The queries of a page that have their output in a box, and the outputs."""
    found = QUERY.finditer(page(name))
    return [(match[2], match[0].partition("```text\n")[2].removesuffix("\n```")) for match in found]


def tables(name: str) -> list[tuple[str, str]]:
    """The queries of a page that have their output in a Markdown table, and the outputs."""
    return [(found[2], found[0].partition("```\n\n")[2].rstrip("\n")) for found in TABLE.finditer(page(name))]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page(name), re.S)


ANSWERED = [
    *(("table", *asked) for name in UPDATED if name.endswith(".md") for asked in questions(name)),
    *(("markdown", *asked) for name in PAGES for asked in tables(name)),
]


@pytest.mark.parametrize(("form", "sql", "answer"), ANSWERED)
def test_query_of_a_page_has_the_output_that_is_printed(form: str, sql: str, answer: str) -> None:
    result = run("query", "--package", ROOT, "--format", form, sql)
    assert result.exit_code == 0, result.output
    assert result.output.rstrip("\n") == answer


def test_pages_ask_the_same_and_enough_in_both_languages() -> None:
    assert [len(tables(name)) for name in PAGES] == [5, 5]
    for name in ("docs/questions.md", "docs/questions.zh.md"):
        assert len(questions(name)) == len(blocks(name, "sql")) == 11
        assert len(re.findall(r"^## \d+\. ", page(name), re.M)) == 10


@pytest.mark.parametrize(("sql", "answer"), [*tables("README.zh.md"), *questions("docs/questions.zh.md")])
def test_chinese_page_has_chinese_heads(sql: str, answer: str) -> None:
    head = answer.splitlines()[1] if answer.startswith("┌") else answer.splitlines()[0]
    assert all(CHINESE.search(cell) for cell in re.split("[│|]", head)[1:-1])


def test_readmes_show_every_chart() -> None:
    assert {*re.findall(r'(?:src|srcset)="(.*?)"', READMES)} == {*FILES}


@pytest.mark.parametrize("name", PAGES)
def test_readme_is_short_and_says_how_much_there_is(name: str, package: Package) -> None:
    assert len(page(name).splitlines()) <= MAX_LINES
    (facts,) = [found[0] for found in MARKED.finditer(page(name))]
    for table in ("observations", "sources", "milestones", "mentions"):
        rows = len(package.table_bytes(table).splitlines()) - 1
        assert re.search(rf"\b{rows:,}\b", facts), table


def test_every_command_is_on_a_page() -> None:
    named = set(re.findall(r"shegong (\w+)", "".join(map(page, (*PAGES, *BY_HAND)))))
    assert set(main.commands) <= named


@pytest.mark.parametrize("name", [*PAGES, *BY_HAND])
def test_links_of_the_pages_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page(name)) + re.findall(r'(?:src|srcset)="(.*?)"', page(name))
    assert [target for target in targets if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.slow
def test_wheel_is_installed_and_used_as_the_readme_says(package: Package, tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    make_wheel(package, tmp_path / "releases")
    (install,) = set(re.findall(r"`pip install (releases/\S+)`", READMES))
    (code,) = set(re.findall(r"`(import shegong; .*?)`", READMES))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", "installed", install]
    subprocess.run(pip, cwd=tmp_path, check=True, capture_output=True)
    shown = f"{code.replace('shegong.connect', 'print(shegong.__file__); print(shegong.connect')})"
    told = subprocess.check_output([sys.executable, "-c", shown], cwd=tmp_path / "installed", text=True)
    assert str(tmp_path) in told
    assert "region_id" in told


@pytest.fixture(scope="module")
def built(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package's files, and what is built from them."""
    folder = tmp_path_factory.mktemp("built")
    copy = PackageCopy(folder).root
    build_package(package, copy / "dist")
    return copy


PROGRAMS = {"python": sys.executable, "js": shutil.which("node")}
BLOCKS = [(name, code) for name in PROGRAMS for code in blocks(FORMATS, name) if "@duckdb" not in code]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_block_of_the_formats_runs(language: str, code: str, built: Path) -> None:
    modules = re.findall(r"^(?:import|from) (\w+)", code, re.M) if language == "python" else []
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    program = PROGRAMS[language]
    if program is None or missing:
        pytest.skip(f"not installed: {', '.join(missing) or 'Node'}")
    script = built / ("block.py" if language == "python" else "block.mjs")
    script.write_text(code, "utf-8")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([program, script.name], cwd=built, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout


(ATTACH,) = set(re.findall(r"`(ATTACH .*?)`", READMES))


@pytest.mark.slow
@pytest.mark.parametrize("sql", [*blocks(FORMATS, "sql"), ATTACH])
def test_sql_of_the_formats_and_the_readme_runs(sql: str, built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built)
    assert duckdb.connect().execute(sql).fetchall()


def test_generated_pages_are_up_to_date(package: Package) -> None:
    assert write_pages(package, write=False) == []


def test_dictionary_tells_of_every_column_and_code(package: Package) -> None:
    dictionary = page("docs/dictionary.md")
    for schema in package.schemas.values():
        for field in schema.fields:
            assert f"| `{field.name}` | {field.title} / {field.title_zh} |" in dictionary
            assert all(f"| `{code}` |" in dictionary for code in field.codes)


def test_changelog_and_citation_have_the_version_of_the_descriptor(package: Package) -> None:
    version, day = package.version, package.descriptor["created"][:10]
    assert re.search(r"^## (\S+ \(\S+\))$", page("CHANGELOG.md"), re.M)[1] == f"{version} ({day})"
    assert f"version: {version}\n" in page("CITATION.cff")
    assert f"date-released: '{day}'" in page("CITATION.cff").replace('"', "'")
    assert all(f"version {version}." in page(name) for name in PAGES)
