"""DataCite metadata."""

from __future__ import annotations

from collections.abc import Iterator

from shegong.citation.citation_metadata import Author, CitationMetadata, author_of, citation_metadata
from shegong.package.package import Package
from shegong.pages.markdown import Json, json_page, present

DATACITE = "http://datacite.org/schema/kernel-4"
CONTRIBUTOR_TYPES = (
    *("ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor", "HostingInstitution"),
    *("Producer", "ProjectLeader", "ProjectManager", "ProjectMember", "RegistrationAgency", "RegistrationAuthority"),
    *("RelatedPerson", "Researcher", "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader"),
    "Other",
)


def datacite(package: Package) -> str:
    """Return DataCite 4.5 metadata as JSON.

    DataCite's mandatory identifier, a DOI, is left out until the descriptor's `id` is one: it is minted when a
    version is deposited, and never invented here.
    """
    work, source = citation_metadata(package), package.descriptor
    content = {
        "schemaVersion": DATACITE,
        **present(doi=work.doi, url=work.url),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Data Package"},
        "creators": [_name(author) for author in work.authors],
        "titles": [*_titles(work)],
        "publisher": {"name": work.name},
        "publicationYear": f"{work.issued.year}",
        "subjects": [{"subject": keyword} for keyword in source.get("keywords", [])],
        "contributors": [{**_name(author), "contributorType": kind} for author, kind in contributors(package)],
        "dates": [{"date": str(work.issued), "dateType": "Issued"}],
        "language": "en",
        "sizes": [f"{len(package.resources)} tables", f"{sum(r.bytes for r in package.resources)} bytes"],
        "formats": ["text/csv"],
        "version": work.version,
        "rightsList": [_rights(licence) for licence in source["licenses"]],
        "descriptions": [*_descriptions(source)],
    }
    return json_page(content)


def contributors(package: Package) -> Iterator[tuple[Author, str]]:
    """Yield each contributor with each role that DataCite and Zenodo accept; creators are listed separately."""
    for item in package.descriptor["contributors"]:
        for role in item.get("roles", ()):
            if (kind := f"{role[:1].upper()}{role[1:]}") in CONTRIBUTOR_TYPES:
                yield author_of(item), kind


def _name(author: Author) -> Json:
    if author.family:
        names = present(givenName=author.given, familyName=author.family)
        return {"name": author.family_first, "nameType": "Personal", **names}
    return {"name": author.name, "nameType": "Organizational"}


def _titles(work: CitationMetadata) -> Iterator[Json]:
    yield {"title": work.title, "lang": "en"}
    if work.title_zh:
        yield {"title": work.title_zh, "titleType": "TranslatedTitle", "lang": "zh"}


def _rights(licence: Json) -> Json:
    return {
        "rights": licence.get("title", licence["name"]),
        "rightsUri": licence["path"],
        "rightsIdentifier": licence["name"],
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
        "lang": "en",
    }


def _descriptions(source: Json) -> Iterator[Json]:
    for key, language in (("description", "en"), ("description_zh", "zh")):
        if source.get(key):
            yield {"description": source[key], "descriptionType": "Abstract", "lang": language}
