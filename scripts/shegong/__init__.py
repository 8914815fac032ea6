"""shegong: open data on the growth of professional social work in China.

    import shegong

    con = shegong.connect()
    con.sql("SELECT region_en, year, value FROM series WHERE metric_id = 'licensed_social_workers'")

Needs only `duckdb`; nothing here reaches the network.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    __version__: str

__all__ = ["__version__", "connect", "table", "version"]


def connect() -> duckdb.DuckDBPyConnection:
    """Open a new in-memory DuckDB over the packaged tables.

    Returns:
        A connection with the ten tables, typed; the code lists as `code_lists`; the version as `package`; and the
        views, such as `series`. Each table, view and column has a comment.
    """
    from shegong.database.load import connect_package
    from shegong.package.installed import installed_package

    return connect_package(installed_package())


def table(name: str) -> duckdb.DuckDBPyRelation:
    """Return one table or view of the package, on a connection that all calls share.

    Args:
        name: Name of a table or view, such as `observations`.

    Returns:
        A DuckDB relation; `.to_arrow_table()`, `.pl()` and `.df()` turn it into Arrow, polars and pandas.

    Raises:
        KeyError: The package has no such table or view.
    """
    connection = _shared()
    names = [
        row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
    ]
    if name not in names:
        raise KeyError(f"no table {name!r}; there are {', '.join(names)}")
    return connection.table(name)


def version() -> str:
    """Return the version of data, schemas and code."""
    from shegong.package.installed import installed_package

    return installed_package().version


if not TYPE_CHECKING:  # a type checker would take it for any name

    def __getattr__(name: str) -> str:
        """Return `__version__`, which is read only when it is needed: importing stays light."""
        if name == "__version__":
            return version()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return connect()
