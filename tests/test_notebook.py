"""The notebook of the examples runs, and shows what it promises."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

NOTEBOOK = ROOT / "examples/notebook/growth.ipynb"
YEARS_AND_SMALL_NUMBERS = re.compile(r"\b(?:(?:19|20)\d\d|\d|10,000)\b")


def read() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_notebook_is_stored_without_outputs() -> None:
    cells = [cell for cell in read().cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)


def test_text_of_the_notebook_states_no_figure() -> None:
    """Figures come from the cells, because the words are not computed anew with each version of the data."""
    for cell in read().cells:
        if cell.cell_type == "markdown":
            text = YEARS_AND_SMALL_NUMBERS.sub("", re.sub("`.*?`", "", cell.source))
            assert not re.search(r"\d", text), text


@pytest.mark.slow
def test_notebook_runs_and_draws_a_chart_for_each_question() -> None:
    notebook = read()
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert sum("image/svg+xml" in output.get("data", {}) for output in outputs) == 3
    streams = [output for output in outputs if output.output_type == "stream" and output.name == "stdout"]
    printed = "".join(output.text for output in streams)
    for phrase in ("The largest growth is that of", "province-level units have a figure", "before: ", "after: "):
        assert phrase in printed
