"""The files beside the pages: the tables for SQL in the browser, the search index, the downloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shegong.database.comments import MADE, view_sql
from shegong.database.load import VIEWS, sql_literal
from shegong.outputs.build import make_outputs
from shegong.package.archive import canonical_zip
from shegong.package.past_releases import archive_name
from shegong.release.make import package_files
from shegong.site.data_page import Download
from shegong.site.language import Language
from shegong.site.search_index import search_index
from shegong.site.site_data import SiteData, read_rows


def write_data(data: SiteData, folder: Path) -> None:
    """Write the tables as CSV, and `manifest.json`: the types of their columns, and the SQL of the views in order."""
    folder.mkdir()
    for table in data.package.schemas:
        (folder / f"{table}.csv").write_bytes(data.package.table_bytes(table))
    for table in MADE:
        target = sql_literal(str(folder / f"{table}.csv"))
        data.connection.execute(f"COPY (FROM {table} ORDER BY ALL) TO {target} (HEADER)")
    tables = {}
    for table in (*data.package.schemas, *MADE):
        columns = read_rows(data.connection, f"SELECT column_name, column_type FROM (DESCRIBE {table})")
        tables[table] = {row["column_name"]: row["column_type"] for row in columns}
    views = [{"name": view, "sql": view_sql(view)} for view in VIEWS]
    write_json(folder / "manifest.json", {"version": data.package.version, "tables": tables, "views": views})


def write_search(data: SiteData, language: Language, folder: Path) -> None:
    """Write the search index of a language."""
    write_json(folder / f"search-{language.code}.json", search_index(data, language))


def write_downloads(data: SiteData, folder: Path, on_step: Callable[[str], None]) -> list[Download]:
    """Write the files to download; return those that the data page lists."""
    folder.mkdir()
    make_outputs(data.package, folder, on_step)
    name = archive_name(data.package.version)
    (folder / name).write_bytes(canonical_zip(package_files(data.package)))
    listed = {"shegong.xlsx": "data_xlsx", "shegong.duckdb": "data_duckdb", name: "data_zip"}
    return [
        Download(f"downloads/{file}", None if file.endswith(".duckdb") else (folder / file).stat().st_size, text)
        for file, text in listed.items()
        if (folder / file).exists()
    ]


def write_json(path: Path, content: Any) -> None:
    """Write JSON without spaces."""
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
