"""Generated pages: dictionary, rules, metadata for other communities, and the outputs in the READMEs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shegong.database.comments import view_sentence
from shegong.database.load import VIEWS, connect_package
from shegong.database.query import run_query, show
from shegong.package.package import Package
from shegong.package.schema import Field, TableSchema
from shegong.package.write import replace_file
from shegong.pages.metadata import metadata_pages
from shegong.pages.rules_page import rules_page

GENERATED = "<!-- Written by `shegong docs`; edit the schemas or the rules instead. -->"

VERSIONED = (
    "README.md",
    "README.zh.md",
    "docs/series.md",
    "examples/consumer/requirements.txt",
    "examples/consumer/report.py",
)
NAMED_VERSION = re.compile(r"(shegong==|shegong-|version |PINNED = \")\d+\.\d+\.\d+")
QUESTION = re.compile(r"(```sql\n((?:(?!```).)*)```\n```text\n).*?```", re.S)


def write_pages(package: Package, write: bool) -> list[str]:
    """Bring the generated pages up to date.

    Args:
        package: The package, whose `docs/` is written.
        write: Whether to write, or only to say.

    Returns:
        The pages that were out of date.
    """
    pages = {
        "docs/dictionary.md": dictionary(package),
        "docs/rules.md": rules(package),
        **metadata_pages(package),
        **_readmes(package),
    }
    changed = []
    for file, page in pages.items():
        path = package.root / file
        if not path.exists() or path.read_text("utf-8") != page:
            changed.append(file)
            if write:
                path.parent.mkdir(exist_ok=True)
                replace_file(path, page.encode("utf-8"))
    return changed


def _readmes(package: Package) -> dict[str, str]:
    pages = {name: (package.root / name).read_text("utf-8") for name in VERSIONED if (package.root / name).exists()}
    return {name: with_outputs(with_version(page, package), package) for name, page in pages.items()}


def with_version(page: str, package: Package) -> str:
    """The page with the version that it names brought up to the package's."""
    return NAMED_VERSION.sub(lambda found: found[1] + package.version, page)


def with_outputs(page: str, package: Package) -> str:
    """The page with what each `sql` block answers written into the `text` block that follows it."""
    with connect_package(package) as connection:
        return QUESTION.sub(lambda found: f"{found[1]}{show(run_query(connection, found[2]), 'table', 100)}\n```", page)


def dictionary(package: Package) -> str:
    """The data dictionary, in English and Chinese."""
    lines = [GENERATED, "", "# Data dictionary / 数据字典", "", f"Version {package.version}.", ""]
    lines += [f"- [`{s.name}`](#{s.name}): {s.title} / {s.title_zh}" for s in package.schemas.values()]
    lines += ["- [Views](#views) / 视图", "", "An empty cell means missing. 空单元格表示缺失。", ""]
    for schema in package.schemas.values():
        lines += _table_lines(schema)
    lines += [
        "## Views",
        "",
        "In the built database and in `shegong.connect()`; `code_lists` holds the code lists below as a table.",
        "",
    ]
    lines += [f"- `{view}`: {view_sentence(view)}" for view in VIEWS]
    return _page(lines)


def rules(package: Package) -> str:
    """Every rule with an example, and which engine catches what."""
    return _page([GENERATED, "", *rules_page(package.root)])


def _table_lines(schema: TableSchema) -> Iterator[str]:
    yield from (f"## {schema.name}", "", f"{schema.description} {schema.description_zh}", "")
    yield from ("| column | title | type | may be empty | description | example |", "|---|---|---|---|---|---|")
    for field in schema.fields:
        prose = f"{field.description} {field.description_zh}{_limits(field)}"
        empty = "" if field.required else "yes"
        yield _row(
            f"`{field.name}`",
            f"{field.title} / {field.title_zh}",
            _type(schema, field),
            empty,
            prose,
            f"`{field.example}`",
        )
    yield ""
    yield from _key_lines(schema)
    for field in schema.fields:
        yield from _code_lines(schema, field)


def _type(schema: TableSchema, field: Field) -> str:
    targets = [key.table for key in schema.foreign_keys if key.field == field.name]
    return f"{field.type} → [`{targets[0]}`](#{targets[0]})" if targets else field.type


def _limits(field: Field) -> str:
    limits = {"pattern": field.pattern, "minimum": field.minimum, "maximum": field.maximum, "at most": field.max_length}
    said = [f"{name} `{value}`" for name, value in limits.items() if value is not None]
    return f" ({'; '.join(said)})" if said else ""


def _key_lines(schema: TableSchema) -> Iterator[str]:
    yield f"Primary key 主键: {_columns(schema.primary_key)}."
    for key in schema.unique_keys:
        yield f"Unique, empty equals empty 唯一（空等于空）: {_columns(key)}."
    yield ""


def _columns(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _code_lines(schema: TableSchema, field: Field) -> Iterator[str]:
    if not field.categories:
        return
    yield from (
        f"Codes of `{schema.name}.{field.name}`:",
        "",
        "| code | label | 标签 | definition |",
        "|---|---|---|---|",
    )
    for code in field.categories:
        words = f" Measure words 量词: {'、'.join(code.classifiers)}." if code.classifiers else ""
        yield _row(f"`{code.value}`", code.label, code.label_zh, code.definition + words)
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"
