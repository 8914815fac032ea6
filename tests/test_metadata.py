"""Citations and metadata: every form, every id, nothing invented, the same bytes everywhere, as the standards want them."""

from __future__ import annotations

import json
import re
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
from shegong.pages.write_pages import METADATA
from shegong.pages.zenodo import zenodo
from tests.conftest import ROOT, PackageCopy
from tests.test_project import check_schema

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


def some_keys(package: Package, connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The first, every fiftieth and the last id of every table that has rows."""
    for name in package.schemas.keys() - {"deprecations"}:
        ids = [row[0] for row in connection.execute(f"FROM {name} ORDER BY 1").fetchall()]
        yield from sorted({*ids[::50], *ids[-1:]})


@pytest.mark.parametrize("form", FORMS)
def test_package_is_cited_at_exactly_its_version_and_no_identifier_is_invented(package: Package, form: str) -> None:
    citation = cite_package(described(package, version="12.3.4"), form)
    for part in ("12.3.4", "shegong contributors", package.descriptor["title"], package.descriptor["created"][:4]):
        assert part in citation
    assert not re.search("https?:|doi|url", citation, re.I)
    assert DOI in cite_package(described(package, id=f"https://doi.org/{DOI}"), form)
    assert HOMEPAGE in cite_package(described(package, homepage=HOMEPAGE), form)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_rows_of_every_table_are_cited(package: Package, connection: duckdb.DuckDBPyConnection, form: str) -> None:
    keys = list(some_keys(package, connection))
    assert len(keys) >= 2 * (len(package.schemas) - 2)
    for key in keys:
        citation = cite_row(package, connection, key, form)
        assert key in citation
        assert package.version in citation
        assert "None" not in citation


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
        ("obs-0082", ": nearly 300,000 (no more than 299,999) (unit: person; printed as "),
        ("obs-0082", "printed as 近30万人), doubtful (outdated), on"),
        ("obs-0057", "on 2019-12-31, time stated"),
        ("obs-0057", "Source: 京江晚报, 12年,镇江持证社工已达2200人 [Zhenjiang reaches 2,200 licensed social"),
        ("obs-0057", "social workers in twelve years], published on 2020-03-17 (date stated)"),
        ("ms-0001", ": in 2021-09, date stated"),
        ("ms-0010", ": on a day between 2012-01-01 and 2013-12-31, date stated"),
        ("ms-0022", ": planned, in 2020, date inferred"),
    ],
)
def test_bounds_time_and_source_are_said_honestly(
    package: Package, connection: duckdb.DuckDBPyConnection, key: str, said: str
) -> None:
    assert said in cite_row(package, connection, key, "text")


def test_source_without_a_date_is_cited_without_one_and_with_its_address(copy: PackageCopy) -> None:
    address = "https://example.org/1.html"
    cells = {"published_from": "", "published_to": "", "published_basis": "unknown", "url": address}
    for column, cell in cells.items():
        copy.edit_cell("sources", "zhenjiang-licensed-2020", column, cell)
    assert f", date unknown, {address}." in cited(copy, "obs-0057")
    entry, (_, item) = cited(copy, "obs-0057", "bibtex"), json.loads(cited(copy, "obs-0057", "csl-json"))
    assert "year = {n.d.}" in entry
    assert f"url = {{{address}}}" in entry
    assert ("issued" in item, item["URL"]) == (False, address)


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
    names = [author.get("family-names") for author in yaml.safe_load(pages(by_people)["CITATION.cff"])["authors"]]
    assert names == ["Wang", None]
    assert [name["nameType"] for name in json.loads(datacite(by_people))["creators"]] == ["Personal", "Organizational"]
    assert {"name": "Not Cited", "type": "ContactPerson"} not in json.loads(zenodo(by_people))["contributors"]


def test_package_without_a_creator_and_an_unknown_form_are_refused(package: Package) -> None:
    with pytest.raises(PackageError, match="creator"):
        cite_package(described(package, contributors=[{"title": "x", "roles": ["contact"]}]), "text")
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
    row = f"obs-9999,observations,{by},0.2.0,entered twice\n"
    copy.edit_bytes("data/deprecations.csv", lambda data: data + row.encode())
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


def test_every_date_comes_from_the_descriptor(package: Package) -> None:
    old = described(package, created="1999-02-03T00:00:00Z")
    for page in pages(old).values():
        assert {*re.findall(r"\d{4}-\d\d-\d\d", page)} == {"1999-02-03"}
    with connect_package(old) as connection:
        row = {form: cite_row(old, connection, "obs-0057", form) for form in FORMS}
    for form in FORMS:
        assert {*re.findall(r"\b(?:19|20)\d\d\b", cite_package(old, form))} == {"1999"}
        assert {*re.findall(r"\b(?:19|20)\d\d\b", row[form])} <= {"1999", "2019", "2020"}


def test_metadata_of_a_hostile_descriptor_can_be_read_back(package: Package) -> None:
    hostile = pages(described(package, title=HOSTILE, description=HOSTILE, keywords=[HOSTILE, "no", "1.0"]))
    cff = yaml.safe_load(hostile["CITATION.cff"])
    assert (cff["title"], cff["abstract"], cff["keywords"]) == (ONE_LINE, ONE_LINE, [ONE_LINE, "no", "1.0"])
    assert json.loads(hostile["metadata/datacite.json"])["titles"][0]["title"] == ONE_LINE
    assert json.loads(hostile["metadata/croissant.json"])["alternateName"][0] == ONE_LINE
    assert "<b>" not in json.loads(hostile[".zenodo.json"])["description"]


def test_citation_file_is_valid_by_the_schema_of_its_format(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "citation.yml"
    text = pages(described(package, title=HOSTILE, id=DOI, homepage=HOMEPAGE))["CITATION.cff"]
    for content, code in ((pages(package)["CITATION.cff"], 0), (text, 0), (text.replace("authors:", "writers:"), 1)):
        path.write_text(content, "utf-8")
        assert check_schema("vendor.citation-file-format", path).returncode == code


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
        file = files[resource.path]
        assert (f"sha256:{file['sha256']}", file["contentSize"]) == (resource.hash, f"{resource.bytes} B")
        assert (ROOT / "metadata" / file["contentUrl"]).resolve() == ROOT / resource.path
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
