"""The files around the code: the workflow, the issue forms, the Makefile and the locks."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FORMS = ROOT / ".github/ISSUE_TEMPLATE"
WORKFLOW = ROOT / ".github/workflows/test.yml"
SCHEMAS = {
    "vendor.github-workflows": [WORKFLOW],
    "vendor.github-issue-forms": sorted(FORMS.glob("[!c]*.yml")),
    "vendor.github-issue-config": [FORMS / "config.yml"],
}
LOCKS = ("requirements.lock", "requirements-curation.lock", "requirements-dev.lock")
SITE = "requirements-site.lock"


def check_schema(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True)


def pinned(lock: str) -> set[str]:
    return set(re.findall(r"^\S+==[^\s;]+", (ROOT / lock).read_text("utf-8"), re.M))


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--file", str(ROOT / "Makefile"), "--directory", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_github_file_is_valid(schema: str) -> None:
    assert SCHEMAS[schema]
    done = check_schema(schema, *SCHEMAS[schema])
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("form", SCHEMAS["vendor.github-issue-forms"], ids=lambda form: form.stem)
def test_issue_form_has_both_languages(form: Path) -> None:
    read = yaml.safe_load(form.read_text("utf-8"))
    labels = [read["name"], read["description"], *(part["attributes"]["label"] for part in read["body"])]
    assert [label for label in labels if not re.fullmatch(r"[ -~]+ / .*[一-鿿].*", label)] == []


def test_workflow_runs_the_commands_of_the_readme_on_supported_versions() -> None:
    job = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["test"]
    commands = [step.get("run") for step in job["steps"]]
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"^make \w+", readme, re.M) + re.findall(r"`(frictionless validate \S+)`", readme)
    assert named
    assert [name for name in named if name not in commands and f".venv/bin/{name}" not in commands] == []
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert oldest == f">={job['strategy']['matrix']['python'][0]}"


@pytest.mark.parametrize("lock", [*LOCKS, SITE, "tests/browser.lock"])
def test_lock_has_a_hash_for_each_package_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert len(re.findall(r"==[^\\]*\\\n    --hash=sha256:", text)) == len(pinned(lock)) > 0
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted", text)


def test_each_lock_contains_the_one_before() -> None:
    build, curation, dev = map(pinned, LOCKS)
    assert build < curation < dev
    assert build < pinned(SITE)


@pytest.mark.parametrize("target", ["build", "test", "curation"])
def test_old_python_is_refused_in_one_line_before_a_venv_is_made(target: str, tmp_path: Path) -> None:
    for name in ("pyproject.toml", *LOCKS):
        (tmp_path / name).touch()
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho Python 3.10.6\n")
    old.chmod(0o755)
    done = make(tmp_path, target, f"PYTHON={old}")
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert f"{old} is Python 3.10.6, and shegong needs Python 3.11 or later." in line
    assert not (tmp_path / ".venv").exists()


@pytest.mark.slow
def test_venv_is_made_anew_after_a_failed_install(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_text("no-hash==1\n")
    left = tmp_path / ".venv/left"
    left.parent.mkdir()
    left.touch()
    done = make(tmp_path, ".venv/ready", f"PYTHON={sys.executable}")
    assert done.returncode != 0
    assert "pip failed." in done.stderr
    assert not left.exists()
    assert not (tmp_path / ".venv/ready").exists()


def test_help_lists_every_target_for_people() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.M)
    listed = re.findall(r"^make ([\w-]+) +\S", make(ROOT, "help").stdout, re.M)
    assert set(listed) == set(phony.split()) - {"java"}
