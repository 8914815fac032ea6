"""The pages say what is there: READMEs, dictionary, rules, changelog, citation."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from shegong.cli import main
from shegong.outputs.build import build_package
from shegong.package.archive import canonical_zip
from shegong.package.package import Package
from shegong.pages.write_pages import write_pages
from shegong.release.make import package_files
from tests.conftest import ROOT

PAGES = ("README.md", "README.zh.md")
QUESTION = re.compile(r"```sql\n((?:(?!```).)*)```\n```text\n(.*?)\n```", re.S)
COMMAND = re.compile(r"\.venv/bin/shegong (\w+)([^#\n]*)")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def questions(name: str) -> list[tuple[str, str]]:
    return QUESTION.findall(page(name))


@pytest.mark.parametrize(("sql", "answer"), [*questions("README.md"), *questions("docs/series.md")])
def test_query_of_a_page_has_the_output_that_is_printed(sql: str, answer: str) -> None:
    run = CliRunner().invoke(main, ["query", "--package", str(ROOT), sql])
    assert run.exit_code == 0, run.output
    assert run.output.rstrip("\n") == answer


def test_readmes_ask_the_same_and_enough() -> None:
    assert questions("README.md") == questions("README.zh.md")
    assert len(questions("README.md")) >= 11


@pytest.mark.parametrize("name", PAGES)
def test_every_command_is_in_the_readme(name: str) -> None:
    named = set(re.findall(r"shegong (\w+)", page(name)))
    assert set(main.commands) <= named


def test_readmes_name_the_same_commands() -> None:
    assert COMMAND.findall(page(PAGES[0])) == COMMAND.findall(page(PAGES[1]))


@pytest.mark.slow
def test_commands_of_the_readme_run(documents) -> None:
    for command, rest in COMMAND.findall(page("README.md")):
        words = rest.replace("DIR", str(documents))
        run = subprocess.run(
            f"{sys.executable} -m shegong {command} {words}", shell=True, cwd=ROOT, capture_output=True, text=True
        )
        is_built = (ROOT / "dist/shegong.duckdb").exists()
        assert run.returncode == 0 or ("--database" in rest and not is_built), run.stderr


@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_pages_lead_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page(name))
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.slow
def test_python_examples_of_the_readme_run(package: Package, tmp_path: Path) -> None:
    (tmp_path / f"shegong-{package.version}.zip").write_bytes(canonical_zip(package_files(package)))
    code = re.findall(r"```python\n(.*?)```", page("README.md"), re.S)
    assert code == re.findall(r"```python\n(.*?)```", page("README.zh.md"), re.S)
    for example in code:
        subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True, capture_output=True)


def test_attached_database_answers(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (attach,) = set(re.findall(r"```sql\n(ATTACH.*?)```", page("README.md") + page("README.zh.md"), re.S))
    build_package(package, tmp_path / "dist")
    monkeypatch.chdir(tmp_path)
    assert duckdb.connect().execute(attach).fetchall()


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
