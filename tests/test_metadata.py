"""Citations and metadata: every form, every id, nothing invented, the same bytes everywhere, as the standards want them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from shegong.citation.bibtex import bibtex_text
from shegong.citation.cite import FORMS, cite_package, cite_row
from shegong.database.load import connect_package
from shegong.errors import PackageError
from shegong.package.package import Package
from shegong.pages.croissant import croissant
from shegong.pages.datacite import datacite
from shegong.pages.write_pages import METADATA, NOT_IN_GIT
from shegong.pages.zenodo import zenodo
from tests.conftest import ROOT, PackageCopy

HOSTILE = 'A {brace}, "quoted" & 100% #1_$x ~ ^ \\cmd} {\u3000“引”: <b>\nnew - line'
ONE_LINE = " ".join(HOSTILE.split())
DOI = "10.1234/shegong.1"
HOMEPAGE = "https://example.org/shegong"
CSL_VARIABLES = {
    "package": {"id", "type", "title", "author", "issued", "version", "publisher", "language", "note"},
    "row": {"container-title", "number"},
    "source": {"original-title"},
}
ZENODO_PROPERTIES = {
    *("upload_type", "publication_date", "title", "creators", "description", "access_right", "license", "keywords"),
    *("notes", "contributors", "version", "language"),
}


@pytest.fixture(scope="module")
def connection(package: Package) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_package(package) as connection:
        yield connection


def described(package: Package, **changes: Any) -> Package:
    return replace(package, descriptor={**package.descriptor, **changes})


def cited(copy: PackageCopy, key: str, form: str = "text") -> str:
    with connect_package(copy.package) as connection:
        return cite_row(copy.package, connection, key, form)


def first_keys(package: Package, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The first and the last id of every table that has rows."""
    for name, schema in package.schemas.items():
        key = schema.primary_key[0]
        ids = connection.execute(f"SELECT DISTINCT unnest([min({key}), max({key})]) FROM {name}").fetchall()
        if name != "deprecations":
            yield from (id for (id,) in ids if id)


@pytest.mark.parametrize("form", FORMS)
def test_package_is_cited_at_exactly_its_version(package: Package, form: str) -> None:
    citation = cite_package(described(package, version="12.3.4"), form)
    for part in ("12.3.4", "shegong contributors", package.descriptor["title"], package.descriptor["created"][:4]):
        assert part in citation


@pytest.mark.parametrize("form", FORMS)
def test_no_identifier_is_invented(package: Package, form: str) -> None:
    assert not re.search("https?:|doi|url", cite_package(package, form), re.I)
    assert DOI in cite_package(described(package, id=f"https://doi.org/{DOI}"), form)
    assert HOMEPAGE in cite_package(described(package, homepage=HOMEPAGE), form)


@pytest.mark.parametrize("form", FORMS)
def test_row_of_every_table_is_cited(package: Package, connection: duckdb.DuckDBPyConnection, form: str) -> None:
    keys = list(first_keys(package, connection))
    assert len(keys) >= 2 * (len(package.schemas) - 2)
    for key in keys:
        citation = cite_row(package, connection, key, form)
        assert key in citation
        assert package.version in citation
        assert "None" not in citation


@pytest.mark.slow
def test_every_tenth_observation_and_milestone_is_cited_with_its_source(
    package: Package, connection: duckdb.DuckDBPyConnection
) -> None:
    rows = "SELECT observation_id, source_id, value_text FROM observations UNION ALL "
    rows += "SELECT milestone_id, source_id, title_zh FROM milestones"
    sources = "SELECT source_id, coalesce(name_zh, 'publisher not stated'), title_zh, title_en, coalesce(url, '') "
    sources += "FROM sources LEFT JOIN organizations ON organization_id = publisher_id"
    known = {source: rest for source, *rest in connection.execute(sources).fetchall()}
    for key, source, printed in connection.execute(rows).fetchall()[::10]:
        citation = cite_row(package, connection, key, "text")
        publisher, chinese, english, url = known[source]
        title = f"{chinese} [{english}]" if chinese else english
        assert f" Source: {publisher}, {title}, " in citation
        assert url in citation
        assert "None" not in citation
        assert printed in citation


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("obs-0001", "Zhangjiagang, Suzhou, Jiangsu, China (张家港市): 3,695 (unit: person; printed as 3695名)"),
        ("obs-0001", "on a day between 2022-12-01 and 2023-04-30, time taken from the source's date of publication"),
        ("obs-0001", "published on a day between 2022-12-01 and 2023-04-30 (date inferred), reposted by 民政部"),
        ("obs-0004", "of Yangshe Town Social Work Station: 2,018"),
        ("obs-0004", "Service outputs (服务量), questionnaires analysed, Yangshe Town"),
        ("obs-0010", "at most 3,000 (unit: yuan; printed as 最高可申領(lǐng)3000元), in 2025, time stated"),
        ("obs-0010", "Source: publisher not stated, "),
        ("obs-0021", "at least 1,800 (unit: person; printed as 1800 多人)"),
        ("obs-0030", "up to 2022-12-31, time inferred"),
        ("obs-0079", "about 13,600 (between 13,550 and 13,650)"),
        ("obs-0054", "from 2017-01-01 to 2020-03-17, time inferred"),
        ("obs-0058", "Licensed social workers (持证社会工作者), assistant grade, Zhenjiang"),
        (
            "obs-0082",
            ": nearly 300,000 (no more than 299,999) (unit: person; printed as 近30万人), doubtful (outdated), on",
        ),
        ("obs-0057", "on 2019-12-31, time stated"),
        ("obs-0057", "published on 2020-03-17 (date stated)"),
        ("ms-0001", ": in 2021-09, date stated"),
        ("ms-0010", ": on a day between 2012-01-01 and 2013-12-31, date stated"),
        ("ms-0022", ": planned, in 2020, date inferred"),
    ],
)
def test_bounds_time_and_source_are_said_honestly(
    package: Package, connection: duckdb.DuckDBPyConnection, key: str, said: str
) -> None:
    assert said in cite_row(package, connection, key, "text")


def test_figure_that_is_nearly_reached_is_not_cited_as_reached(copy: PackageCopy) -> None:
    copy.edit_cell("observations", "obs-0001", "qualifier", "nearly")
    copy.edit_cell("observations", "obs-0001", "value_lower", "")
    assert ": nearly 3,695 (no more than 3,695) (unit: person" in cited(copy, "obs-0001")


def test_source_without_a_date_is_cited_without_one(copy: PackageCopy) -> None:
    for column in ("published_from", "published_to"):
        copy.edit_cell("sources", "zhenjiang-licensed-2020", column, "")
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "published_basis", "unknown")
    assert ", date unknown." in cited(copy, "obs-0057")
    assert "year = {n.d.}" in cited(copy, "obs-0057", "bibtex")
    assert "issued" not in json.loads(cited(copy, "obs-0057", "csl-json"))[1]


def test_address_of_a_source_is_cited(copy: PackageCopy) -> None:
    address = "https://example.org/1.html"
    copy.edit_cell("sources", "zhenjiang-licensed-2020", "url", address)
    assert json.loads(cited(copy, "obs-0057", "csl-json"))[1]["URL"] == address
    assert f"url = {{{address}}}" in cited(copy, "obs-0057", "bibtex")


def test_persons_are_cited_by_family_name(package: Package) -> None:
    people = [
        {"title": "Li Hua Wang", "givenName": "Li Hua", "familyName": "Wang", "roles": ["creator"]},
        {"title": "Some Body and Sons", "roles": ["creator"]},
        {"title": "Not Cited", "roles": ["contact"]},
    ]
    by_people = described(package, contributors=people)
    assert "author = {Wang, Li Hua and {Some Body and Sons}}," in cite_package(by_people, "bibtex")
    (item,) = json.loads(cite_package(by_people, "csl-json"))
    assert item["author"] == [{"family": "Wang", "given": "Li Hua"}, {"literal": "Some Body and Sons"}]
    assert [author.get("family-names") for author in yaml.safe_load(pages(by_people)["CITATION.cff"])["authors"]] == [
        "Wang",
        None,
    ]
    assert [name["nameType"] for name in json.loads(datacite(by_people))["creators"]] == ["Personal", "Organizational"]
    assert {"name": "Not Cited", "type": "ContactPerson"} not in json.loads(zenodo(by_people))["contributors"]


def test_package_without_a_creator_cannot_be_cited(package: Package) -> None:
    with pytest.raises(PackageError, match="creator"):
        cite_package(described(package, contributors=[{"title": "x", "roles": ["contact"]}]), "text")


def test_unknown_form_is_refused(package: Package) -> None:
    with pytest.raises(PackageError, match="no citation format 'mla'; there are text, bibtex, csl-json"):
        cite_package(package, "mla")


@pytest.mark.parametrize("key", ["obs-9999", "regions/obs-0001", "", "' OR 1=1 --"])
def test_unknown_id_is_named_in_one_line(package: Package, connection: duckdb.DuckDBPyConnection, key: str) -> None:
    with pytest.raises(PackageError) as error:
        cite_row(package, connection, key, "text")
    assert f"has the id {key!r}: looked in documents, sources, " in str(error.value)
    assert "\n" not in str(error.value)


def test_id_of_two_tables_must_name_its_table(copy: PackageCopy) -> None:
    copy.append_row("documents", "stations-roundup", document_id="qujing-stations")
    with pytest.raises(PackageError, match="write documents/qujing-stations or sources/qujing-stations"):
        cited(copy, "qujing-stations")
    assert "Row qujing-stations of sources" in cited(copy, "sources/qujing-stations")


@pytest.mark.parametrize(("by", "said"), [("obs-0002", "cite obs-0002 instead"), ("", "nothing replaces it")])
def test_removed_id_says_what_became_of_it(copy: PackageCopy, by: str, said: str) -> None:
    cells = {
        "id": "obs-9999",
        "table_name": "observations",
        "replaced_by": by,
        "since": "0.2.0",
        "reason": "entered twice",
    }
    row = ",".join(cells.get(column, "") for column in copy.package.schemas["deprecations"].columns)
    copy.edit_bytes("data/deprecations.csv", lambda data: data + f"{row}\n".encode())
    with pytest.raises(PackageError, match=rf"obs-9999 was removed .* in 0\.2\.0: {said} \(entered twice\)"):
        cited(copy, "obs-9999")


def test_bibtex_of_a_hostile_title_keeps_its_structure(package: Package) -> None:
    lines = cite_package(described(package, title=HOSTILE), "bibtex").split("\n")
    assert lines[0] == f"@misc{{shegong-{package.version},"
    assert lines[-1] == "}"
    for line in lines[1:-1]:
        assert re.fullmatch(r"  \w+ = (\{.*\}|[a-z]{3}),", line)
        assert line.count("{") == line.count("}")
    assert bibtex_text("{}\\~^&%$#_\n'\"") == (
        r"\textbraceleft{}\textbraceright{}\textbackslash{}\textasciitilde{}\textasciicircum{}"
        r"\&\%\$\#\_ '" + '"'
    )


def test_bibtex_keys_are_legal_and_stable(package: Package, connection: duckdb.DuckDBPyConnection) -> None:
    keys = re.findall(r"@misc\{(.*),", cite_row(package, connection, "obs-0021", "bibtex"))
    assert keys == [f"shegong-{package.version}-obs-0021", "shegong-source-deqing-station-brands"]
    assert "@misc{shegong-1.0.0-rc.1-x," in cite_package(described(package, version="1.0.0-rc.1+x"), "bibtex")


def test_csl_has_the_variables_of_the_data_model(package: Package, connection: duckdb.DuckDBPyConnection) -> None:
    row, source = json.loads(cite_row(package, connection, "obs-0021", "csl-json"))
    assert set(row) == CSL_VARIABLES["package"] | CSL_VARIABLES["row"]
    assert set(source) <= CSL_VARIABLES["package"] | CSL_VARIABLES["source"]
    assert (row["type"], source["type"]) == ("dataset", "document")
    created = [int(part) for part in package.descriptor["created"][:10].split("-")]
    assert row["issued"] == {"date-parts": [created]}
    assert source["issued"] == {"date-parts": [[2021, 8, 31], [2022, 12, 31]], "circa": True}
    assert (row["number"], row["version"]) == ("obs-0021", package.version)


def pages(package: Package) -> dict[str, str]:
    return {name: page(package) for name, page in METADATA.items()}


def test_metadata_files_are_what_the_descriptor_says(package: Package) -> None:
    for name in METADATA.keys() - set(NOT_IN_GIT):
        assert (ROOT / name).read_text("utf-8") == METADATA[name](package), f"{name}: run `shegong docs`"


@pytest.mark.slow
def test_metadata_and_citations_are_the_same_everywhere() -> None:
    code = (
        "from pathlib import Path; from shegong.pages.write_pages import METADATA, NOT_IN_GIT; from shegong.citation.cite import *; "
        "from shegong.database.load import connect_package; from shegong.package.package import open_package; "
        "import locale; locale.setlocale(locale.LC_ALL, ''); package = open_package(Path('.')); "
        "tables = connect_package(package); rows = [cite_row(package, tables, 'obs-0057', form) for form in FORMS]; "
        "print(ascii([[page(package) for page in METADATA.values()], rows, [cite_package(package, form) for form in FORMS]]))"
    )
    places = [("0", "UTC", "C"), ("1", "Asia/Shanghai", "C.UTF-8"), ("2", "America/St_Johns", "C")]
    outputs = set()
    for seed, zone, language in places:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
        outputs.add(run.stdout)
    assert len(outputs) == 1


@pytest.mark.parametrize(
    "path", [path for name in ("citation", "pages") for path in sorted((ROOT / "scripts/shegong" / name).glob("*.py"))]
)
def test_no_clock_is_asked(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"\btoday\b|\bnow\(|\butcnow\b|import (time|locale|calendar)\b|strftime", source)


def test_dates_come_from_the_descriptor(package: Package) -> None:
    old = described(package, created="1999-02-03T00:00:00Z")
    read = {name: page for name, page in pages(old).items() if name != "CITATION.cff"}
    assert yaml.safe_load(pages(old)["CITATION.cff"])["date-released"] == "1999-02-03"
    assert all("1999-02-03" in page for page in read.values())
    assert all("1999" in cite_package(old, form) for form in FORMS)


def test_metadata_of_a_hostile_descriptor_can_be_read_back(package: Package) -> None:
    hostile = pages(described(package, title=HOSTILE, description=HOSTILE, keywords=[HOSTILE, "no", "1.0"]))
    cff = yaml.safe_load(hostile["CITATION.cff"])
    assert (cff["title"], cff["abstract"], cff["keywords"]) == (ONE_LINE, ONE_LINE, [ONE_LINE, "no", "1.0"])
    assert json.loads(hostile["metadata/datacite.json"])["titles"][0]["title"] == ONE_LINE
    assert json.loads(hostile["metadata/croissant.json"])["alternateName"][0] == ONE_LINE
    assert "<b>" not in json.loads(hostile[".zenodo.json"])["description"]


def test_identifiers_reach_the_metadata_only_from_the_descriptor(package: Package) -> None:
    names = ("doi", "url", "identifier", "identifiers")
    read = [json.loads(page) for name, page in pages(package).items() if name.endswith(".json")]
    read.append(yaml.safe_load(pages(package)["CITATION.cff"]))
    assert not [name for content in read for name in names if name in content]
    known = pages(described(package, id=DOI, homepage=HOMEPAGE))
    assert yaml.safe_load(known["CITATION.cff"])["doi"] == json.loads(known["metadata/datacite.json"])["doi"] == DOI
    assert json.loads(known["metadata/croissant.json"])["url"] == HOMEPAGE


def test_croissant_tells_of_every_table_column_key_and_code(package: Package) -> None:
    content = json.loads(croissant(package))
    files = {file["@id"]: file for file in content["distribution"]}
    sets = {item["@id"]: item for item in content["recordSet"]}
    for resource in package.resources:
        assert f"sha256:{files[resource.path]['sha256']}" == resource.hash
        assert (ROOT / "metadata" / files[resource.path]["contentUrl"]).resolve() == ROOT / resource.path
    for name, schema in package.schemas.items():
        fields = {field["name"]: field for field in sets[name]["field"]}
        assert list(fields) == list(schema.columns)
        assert {name for name in fields if "references" in fields[name]} == {key.field for key in schema.foreign_keys}
        for field in schema.fields:
            codes = [next(iter(row.values())) for row in sets.get(f"{name}.{field.name}", {}).get("data", [])]
            assert codes == list(field.codes)


def test_zenodo_has_only_properties_of_its_deposit_api(package: Package) -> None:
    content = json.loads(zenodo(package))
    assert set(content) <= ZENODO_PROPERTIES
    assert (content["upload_type"], content["access_right"], content["license"]) == ("dataset", "open", "CC-BY-4.0")
    assert re.fullmatch("[a-z]{3}", content["language"])
