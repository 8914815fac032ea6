"""Apache Spark gives the answers of DuckDB, and its workers keep the row contracts. Run by `make spark`."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

from shegong.checks.catalogue import catalogue
from shegong.database.comments import view_sql
from shegong.database.load import CODES, PACKAGE_TABLE, VIEWS, connect_package, select_csv
from shegong.errors import PackageError
from shegong.findings import Finding
from shegong.outputs.parquet import build_parquet
from shegong.package.package import Package
from shegong.package.schema import TableSchema
from shegong.spark import check_table
from tests.conftest import PackageCopy
from tests.test_pages import page, questions
from tests.test_rules import CASES

OPEN, CHECK = re.findall(r"```python\n(.*?)```", page("docs/spark.md"), re.S)
(COMMAND,) = re.findall(r"^(spark-sql .*)$", page("docs/spark.md"), re.M)
(PARTITION,) = re.findall(r"```sql\n(.*?)```", page("docs/spark.md"), re.S)
QUERIES = [sql for sql, _ in questions("docs/questions.md")]
CONTRACTS = {rule.id for rule in catalogue() if rule.step == "contracts"}
LARGER = """
INSERT INTO observations BY NAME
SELECT o.* EXCLUDE (o_n, o_all) REPLACE (
  printf('obs-%06d', n) AS observation_id, r.region_id AS region_id,
  (o.period_end - to_years(n % 5))::DATE AS period_end, (o.value + n % 1013) / 3 AS value)
FROM (SELECT *, row_number() OVER (ORDER BY observation_id) AS o_n, count(*) OVER () AS o_all FROM observations) AS o
JOIN range(10000, 210000) AS t (n) ON n % o_all + 1 = o_n
JOIN (SELECT region_id, row_number() OVER (ORDER BY region_id) AS r_n, count(*) OVER () AS r_all FROM regions) AS r
  ON n // o_all % r_all + 1 = r_n;
INSERT INTO mentions BY NAME
SELECT m.* EXCLUDE (m_n, m_all) REPLACE (printf('mn-%06d', n) AS mention_id)
FROM (SELECT *, row_number() OVER (ORDER BY mention_id) AS m_n, count(*) OVER () AS m_all FROM mentions) AS m
JOIN range(10000, 110000) AS t (n) ON n % m_all + 1 = m_n;
"""
LAYOUTS = {"a file": "", "a folder for each metric": PARTITION}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A cluster of its own: a master and two workers, each with an executor of one core, as processes here."""
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    settings = {
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1g",
        "spark.scheduler.minRegisteredResourcesRatio": "1",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "180s",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.files.maxPartitionBytes": "1m",  # so that a file of this size is shared out, as a large one is
        "spark.sql.files.openCostInBytes": "0",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    builder = SparkSession.builder.master("local-cluster[2,1,1024]")
    session = builder.config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def actual(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this package, built."""
    root = PackageCopy(tmp_path_factory.mktemp("actual")).root
    return _built(connect_package(package), package, root)


@pytest.fixture(scope="module")
def larger(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 200,000 observations and 100,000 mentions more."""
    connection = connect_package(package)
    connection.execute(LARGER)
    return _built(connection, package, tmp_path_factory.mktemp("larger"))


def _built(connection: duckdb.DuckDBPyConnection, package: Package, folder: Path) -> Path:
    (folder / "dist").mkdir()
    build_parquet(connection, package, folder / "dist/parquet")
    return folder


def in_duckdb(folder: Path) -> duckdb.DuckDBPyConnection:
    """The tables in Parquet, whatever their layout, and the views on them."""
    connection = duckdb.connect()
    for path in sorted(folder.glob("dist/parquet/*.parquet")):
        files = f"{path}/**/*.parquet" if path.is_dir() else path
        connection.execute(f"CREATE VIEW {path.stem} AS FROM read_parquet('{files}')")
    for name in VIEWS:
        connection.execute(view_sql(name))
    return connection


def assert_same(spark: SparkSession, connection: duckdb.DuckDBPyConnection, sql: str, has_order: bool) -> int:
    asked, expected = spark.sql(sql), connection.sql(sql)
    assert asked.columns == expected.columns, sql
    rows = [[tuple(row) for row in asked.collect()], expected.fetchall()]
    one, other = rows if has_order else [sorted(map(repr, some)) for some in rows]
    assert one == other, sql
    return len(one)


def run_docs(code: str, folder: Path) -> dict[str, Any]:
    """Run Python of the docs on the Parquet files of a folder: Spark does not follow a change of the current folder."""
    names: dict[str, Any] = {}
    exec(code.replace('"dist/parquet"', repr(f"{folder}/dist/parquet")), names)
    return names


def test_work_is_shared_by_two_processes_of_their_own(spark: SparkSession) -> None:
    folders = spark.sparkContext.parallelize(range(2), 2).map(lambda part: str(Path.cwd())).collect()
    assert len({*folders, str(Path.cwd())}) == 3


def test_command_of_the_docs_answers(actual: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    run = subprocess.run(shlex.split(COMMAND), cwd=actual, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    asked = in_duckdb(actual).execute(COMMAND.split('"')[1]).fetchall()
    assert run.stdout.splitlines() == [f"{place}\t{value}" for place, value in asked]


def test_tables_views_and_questions_have_the_answers_of_duckdb(
    spark: SparkSession, package: Package, actual: Path
) -> None:
    run_docs(OPEN, actual)
    for name in (*VIEWS, *package.schemas, CODES, PACKAGE_TABLE):
        assert_same(spark, in_duckdb(actual), f"SELECT * FROM {name}", has_order=False)
    for sql in QUERIES:
        assert assert_same(spark, in_duckdb(actual), sql, has_order=True)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_large_tables_are_shared_out_and_have_the_answers_of_duckdb(
    spark: SparkSession, larger: Path, layout: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(larger / "dist", "dist")
    if LAYOUTS[layout]:
        duckdb.execute(LAYOUTS[layout])
        Path("dist/parquet/observations.parquet").unlink()
        Path("observations").rename("dist/parquet/observations.parquet")
        assert len(list(Path("dist/parquet/observations.parquet").rglob("*.parquet"))) > 1
    run_docs(OPEN, tmp_path)
    assert spark.table("observations").rdd.getNumPartitions() > 1
    for sql in (*QUERIES, "SELECT * FROM coverage", "SELECT * FROM latest_observations ORDER BY observation_id"):
        assert assert_same(spark, in_duckdb(tmp_path), sql, has_order=True)


def broken_packages(folder: Path) -> dict[TableSchema, list[tuple[Package, list[Finding]]]]:
    """For each contract a package that breaks it, with what `check` finds in the table to blame, by that table."""
    packages: dict[TableSchema, list[tuple[Package, list[Finding]]]] = {}
    for rule in sorted(CONTRACTS):
        (folder / rule).mkdir()
        copy = PackageCopy(folder / rule)
        table = Path(CASES[rule](copy).file).stem
        copy.stamp()
        found = [f for f in copy.check().findings if f.rule.id in CONTRACTS and f.table == table]
        packages.setdefault(copy.package.schemas[table], []).append((copy.package, found))
    return packages


def test_workers_find_what_check_finds(spark: SparkSession, actual: Path, tmp_path: Path) -> None:
    fired = set()
    for schema, packages in broken_packages(tmp_path).items():
        run_docs(OPEN, actual)
        tables = [select_csv(schema, package.path(schema.name)) for package, _ in packages]
        duckdb.sql(" UNION ALL ".join(tables)).write_parquet(f"{tmp_path}/rows.parquet")
        spark.read.parquet(f"{tmp_path}/rows.parquet").repartition(4).createOrReplaceTempView(schema.name)
        found = check_table(spark, packages[0][0], schema.name).collect()
        expected = [
            (f.rule.id, f.key, f.column, f.value, f.message, f.expected, f.rule.hint)
            for _, some in packages
            for f in some
        ]
        assert sorted(map(tuple, found)) == sorted(expected)
        fired |= {row.rule for row in found}
    assert fired == CONTRACTS


def test_example_of_the_docs_finds_nothing_in_this_package(spark: SparkSession, actual: Path, monkeypatch) -> None:
    monkeypatch.chdir(actual)  # where the descriptor is
    names = run_docs(OPEN + CHECK, actual)
    for name in names["package"].schemas:
        assert check_table(spark, names["package"], name).isEmpty()


def test_table_of_other_columns_is_refused(spark: SparkSession, package: Package) -> None:
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW documents AS SELECT 1 AS document_id")
    with pytest.raises(PackageError, match=r"documents\.document_id is int in Spark, and should be string"):
        check_table(spark, package, "documents")
