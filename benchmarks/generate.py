"""Write a valid package of any size, so that anyone can repeat the figures: the same N, the same bytes.

    python benchmarks/generate.py N DIR

The package has N observations of this repository's metrics. Each source reports all metrics of one region in one year,
graded ones for each grade. Four sources of five are in a document, two to a document; the others are pages. In a
document each observation has the mentions that the rules require (value and place, every other one a date, every tenth
an excluded numeral beside it): about two mentions for each observation. Regions are the front of a tree of 44,000
(country, province, prefecture, county, township); the years are five, or more where the regions do not suffice. The
rows are made and written in blocks.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from shegong.package.checksums import json_bytes, stamp_of
from shegong.package.package import DESCRIPTOR, Package, open_package

ROOT = Path(__file__).parent.parent
SOURCES_AT_ONCE = 10_000
SLOTS = 512
"""Mention ids of a source: the title first, then four to each observation."""
SPAN, SOURCE_LENGTH = 60, 5_000
"""Characters that an observation takes in its document, and a source."""
PROVINCES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54]
PROVINCES += [61, 62, 63, 64, 65]
PREFECTURES, COUNTIES, TOWNSHIPS = 11, 8, 15
FIRST_YEAR, YEARS = 2019, 5
CHARACTERS = "东西南北安宝长常朝春大德定丰福高光广海和河恒红湖华吉江金景康兰乐林龙隆梅明宁平"
LEVELS = {"country": ("国", 5_000_000), "province": ("省", 800_000), "prefecture": ("市", 100_000)}
LEVELS |= {"county": ("县", 12_000), "township": ("镇", 1_000)}
"""Ending of a name, and the smallest value; values stay below twice that, so no place exceeds what it lies in."""
CLASSIFIER = {"person": "人", "person_time": "人次", "organization": "家", "station": "家", "place": "个", "post": "个"}
CLASSIFIER |= {"project": "个", "unit": "例", "school": "所", "base": "个", "team": "支", "year": "年", "cny": "元"}
CLASSIFIER |= {"percent": "%", "per_10000": "人"}
GRADES = ["all", "assistant", "intermediate", "senior"]
HUNDREDS = ["一千", *(f"一千{digit}百" for digit in "一二三四五六七八九")]
NOTE = "Counted by the end of the year, as the source says."


def write_package(observations: int, folder: Path) -> None:
    """Write a package with so many observations into a new folder."""
    metrics = _metrics()
    (folder / "data").mkdir(parents=True)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copy(ROOT / "data/metrics.csv", folder / "data")
    shutil.copy(ROOT / DESCRIPTOR, folder)
    package = open_package(folder)
    sources = -(-observations // metrics.height)
    tree = _tree()
    years = max(YEARS, -(-sources // tree.height))
    _write(package, "regions", tree.head(max(-(-sources // years), 1 + len(PROVINCES))).sort("region_id"))
    _write(package, "deprecations", pl.DataFrame({"id": []}))
    _write_all(package, tree.head(-(-sources // years)), metrics, sources, years, observations)
    _stamp(package)


def _write_all(
    package: Package, regions: pl.DataFrame, metrics: pl.DataFrame, sources: int, years: int, observations: int
) -> None:
    _write(package, "organizations", _organizations(regions))
    _write(package, "programmes", _programmes(regions))
    for start in range(0, sources, SOURCES_AT_ONCE):
        numbers = pl.DataFrame({"s": range(start, min(start + SOURCES_AT_ONCE, sources))})
        told = _sources(numbers, regions, years, sources)
        figures = _observations(told, metrics).filter(pl.col("i") < observations)
        _write(package, "documents", _documents(told))
        _write(package, "sources", told)
        _write(package, "milestones", _milestones(told))
        _write(package, "observations", figures)
        _write(package, "mentions", _mentions(told, figures))


def _write(package: Package, table: str, rows: pl.DataFrame) -> None:
    """Append rows to a table; columns that are not given are empty."""
    columns = package.schemas[table].columns
    chosen = rows.select(pl.col(c) if c in rows.columns else pl.lit(None, pl.String).alias(c) for c in columns)
    path = package.path(table)
    head = not path.exists()
    with path.open("ab") as file:
        file.write(chosen.write_csv(include_header=head, quote_style="necessary").encode())


def _stamp(package: Package) -> None:
    descriptor = dict(package.descriptor)
    for resource in descriptor["resources"]:
        resource["bytes"], resource["hash"] = stamp_of(package.root / resource["path"])
    (package.root / DESCRIPTOR).write_bytes(json_bytes(descriptor))


def _metrics() -> pl.DataFrame:
    """Return what a source reports: the repository's metrics, graded ones for each grade, with their place in it."""
    metrics = pl.read_csv(ROOT / "data/metrics.csv", infer_schema=False)
    grades = pl.DataFrame({"grade": GRADES})
    graded = metrics.join(grades, how="cross").filter((pl.col("grade") == "all") | (pl.col("is_graded") == "true"))
    return graded.with_row_index("j").select(
        pl.col("j").cast(pl.Int64),
        "metric_id",
        "grade",
        "unit",
        metric_kind="kind",
        is_sum=(pl.col("is_graded") == "true") & pl.col("kind").is_in(["stock", "flow"]),
        is_small=pl.col("unit").is_in(["year", "percent", "per_10000"]),
        is_ratio=pl.col("kind") == "ratio",
        is_exact=(pl.col("kind") == "standard") & (pl.col("unit") == "cny"),
        classifier=pl.col("unit").replace_strict(CLASSIFIER),
    )


def _tree() -> pl.DataFrame:
    """All regions, each after the one that contains it, so that any first rows of it are a tree."""
    rows = [("CN", "country", None), *((f"{province}0000", "province", "CN") for province in PROVINCES)]
    for province in PROVINCES:
        for prefecture in (f"{province}{number:02}" for number in range(1, PREFECTURES + 1)):
            rows.append((f"{prefecture}00", "prefecture", f"{province}0000"))
            for county in (f"{prefecture}{number:02}" for number in range(21, 21 + COUNTIES)):
                rows.append((county, "county", f"{prefecture}00"))
                towns = range(100, 100 + TOWNSHIPS)
                rows += [(f"{county}{number}", "township", county) for number in towns]
    tree = pl.DataFrame(rows, ["region_id", "level", "parent_id"], orient="row").with_row_index("r")
    vintages = {"country": "iso-3166", "township": "nbs-2023"}
    return tree.with_columns(
        name_zh=pl.Series([_name(r, level) for r, level in tree.select("r", "level").iter_rows()]),
        name_en=pl.format("{} {}", pl.col("level").str.to_titlecase(), "r"),
        code_vintage=pl.col("level").replace_strict(vintages, default="gbt2260-2023"),
        low=pl.col("level").replace_strict({level: low for level, (_, low) in LEVELS.items()}),
        word=pl.col("level").replace_strict({level: f"全{end}" for level, (end, _) in LEVELS.items()}),
        r=pl.col("r").cast(pl.Int64),
    )


def _name(number: int, level: str) -> str:
    if level == "country":
        return "中国"
    size = len(CHARACTERS)
    digits = (number // size // size, number // size % size, number % size)
    return "".join(CHARACTERS[digit] for digit in digits) + LEVELS[level][0]


def _organizations(regions: pl.DataFrame) -> pl.DataFrame:
    return regions.sort("r").select(
        "region_id",
        organization_id=_id("org-", pl.col("r")),
        name_zh=pl.format("{}社会工作协会", "name_zh"),
        name_en=pl.format("Social Work Association of {}", "name_en"),
        type=pl.lit("association"),
    )


def _programmes(regions: pl.DataFrame) -> pl.DataFrame:
    return (
        regions.sort("r")
        .filter(pl.col("r") % 10 == 0)
        .select(
            "region_id",
            programme_id=_id("prg-", pl.col("r")),
            name_zh=pl.format("{}关爱计划", "name_zh"),
            name_en=pl.format("Care Plan of {}", "name_en"),
            type=pl.lit("programme"),
        )
    )


def _id(prefix: str, number: pl.Expr, digits: int = 8) -> pl.Expr:
    return pl.lit(prefix) + number.cast(pl.String).str.zfill(digits)


def _date(year: pl.Expr, rest: str) -> pl.Expr:
    return year.cast(pl.String) + rest


def _sources(numbers: pl.DataFrame, regions: pl.DataFrame, years: int, sources: int) -> pl.DataFrame:
    """Return the sources of these numbers, of so many in all, with their region, year and document."""
    s = pl.col("s")
    told = numbers.with_columns(r=s // years, y=s % years).join(
        regions.rename({"name_zh": "region_zh", "name_en": "region_en"}), on="r", how="left", maintain_order="left"
    )
    # The last region may have one source only, in which its association must be named.
    is_alone = (s == sources - 1) & (pl.col("y") == 0)
    in_document = ((pl.col("r") + pl.col("y")) % 5 != 4) | is_alone
    place = s % 2 * SOURCE_LENGTH
    year = pl.col("y") + FIRST_YEAR
    return told.with_columns(year=year, has_document=in_document, from_=place).with_columns(
        source_id=_id("source-", s),
        document_id=pl.when(in_document).then(_id("document-", s // 2)),
        char_start=pl.when(in_document).then(place),
        char_end=pl.when(in_document).then(place + SOURCE_LENGTH),
        kind=pl.lit("article"),
        title_zh=pl.format("{}{}年社会工作发展公报", "region_zh", year),
        title_en=pl.format("{}: bulletin on social work, {}", "region_en", year),
        publisher_id=_id("org-", pl.col("r")),
        read_on=pl.when(~in_document).then(_date(year + 1, "-04-01")),
        published_from=_date(year + 1, "-03-01"),
        published_to=_date(year + 1, "-03-31"),
        published_basis=pl.lit("stated"),
        authority=pl.lit("official"),
        organization_id=_id("org-", pl.col("r")),
    )


def _documents(told: pl.DataFrame) -> pl.DataFrame:
    """Return the documents of these sources; a block of sources begins and ends with a document."""
    ids = told["document_id"].drop_nulls().unique(maintain_order=True)
    return pl.DataFrame(
        {
            "document_id": ids,
            "file_name": ids + ".txt",
            "sha256": [hashlib.sha256(id.encode()).hexdigest() for id in ids],
            "bytes": [6 * SOURCE_LENGTH] * len(ids),
            "characters": [2 * SOURCE_LENGTH] * len(ids),
            "language": ["zh"] * len(ids),
            "script": ["Hans"] * len(ids),
            "origin": ["A generated text."] * len(ids),
        }
    )


def _milestones(told: pl.DataFrame) -> pl.DataFrame:
    return told.filter("has_document").select(
        "region_id",
        "source_id",
        milestone_id=_id("ms-", pl.col("s")),
        category=pl.lit("training"),
        title_en=pl.format("Training of social workers in {} in {}", "region_en", "year"),
        title_zh=pl.format("{}{}年社会工作培训", "region_zh", "year"),
        date_start=_date(pl.col("year"), "-01-01"),
        date_end=_date(pl.col("year"), "-12-31"),
        date_precision=pl.lit("year"),
        date_basis=pl.lit("stated"),
        status=pl.lit("occurred"),
    )


def _observations(told: pl.DataFrame, metrics: pl.DataFrame) -> pl.DataFrame:
    """One figure of each metric from each source."""
    of_place = ("r", "region_id", "region_zh", "word", "low", "organization_id")
    of_source = ("s", "y", "year", "source_id", "document_id", "published_from", "published_to", "from_")
    crossed = told.select(*of_source, *of_place).join(metrics, how="cross")
    numbered = crossed.with_columns(i=pl.col("s") * metrics.height + pl.col("j"))
    i, j = pl.col("i"), pl.col("j")
    is_published = j % 13 == 5
    start = (
        pl.when(pl.col("metric_kind").is_in(["stock", "ratio", "standard"]))
        .then(pl.lit("-12-31"))
        .otherwise(pl.lit("-01-01"))
    )
    has_note, is_doubtful, has_scope = i % 10 == 3, i % 50 == 13, j % 11 == 6
    return _figures(numbered).with_columns(
        observation_id=_id("obs-", i),
        period_start=pl.when(is_published).then("published_from").otherwise(_date(pl.col("year"), "") + start),
        period_end=pl.when(is_published).then("published_to").otherwise(_date(pl.col("year"), "-12-31")),
        period_basis=pl.when(is_published).then(pl.lit("published")).otherwise(pl.lit("stated")),
        printed_year=pl.col("year") + is_published.cast(pl.Int64),
        status=pl.lit("reported"),
        organization_id=pl.when((j % 9 == 4) & ~pl.col("is_sum")).then("organization_id"),
        scope_en=pl.when(has_scope).then(pl.lit("women")),
        scope_zh=pl.when(has_scope).then(pl.lit("女性")),
        doubt=pl.when(is_doubtful).then(pl.lit("unclear")),
        note=pl.when(has_note & (i % 20 == 3)).then(pl.lit(NOTE)).when(has_note).then(pl.lit("As printed.")),
    )


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the numbers, in many printed forms, with their bounds."""
    low, seed = pl.col("low"), (pl.col("i") * 2_654_435_761 + 12_345) % 1_000_003
    is_ratio, is_sum = pl.col("is_ratio"), pl.col("is_sum")
    number = pl.when(is_sum).then(_of_grade()).when("is_small").then(1 + seed % 9).otherwise(_odd(low + seed % low))
    form = pl.when(is_ratio).then(pl.lit(16)).when(is_sum | pl.col("is_small")).then(pl.lit(0))
    rows = rows.with_columns(n=number, form=form.otherwise(pl.col("i") * 31 % 16))
    n, form, c = pl.col("n"), pl.col("form"), pl.col("classifier")
    is_town = low == LEVELS["township"][1]
    rows = rows.with_columns(
        form=pl.when((form == 14) & ~is_town).then(0).when((form == 10) & is_town).then(1).otherwise(form)
    )
    hundreds, ten_thousands = (n - 1_000) // 100, n // 100
    texts = {
        7: pl.format("{}余{}", n, c),
        8: pl.format("超过{}{}", n, c),
        9: pl.format("近{}{}", n, c),
        10: pl.format("{}.{}万{}", ten_thousands // 100, (ten_thousands % 100).cast(pl.String).str.zfill(2), c),
        11: pl.format("{},{}{}", n // 1_000, (n % 1_000).cast(pl.String).str.zfill(3), c),
        12: pl.format("不足{}{}", n, c),
        13: pl.format("{} {}", n, c),
        14: hundreds.replace_strict(dict(enumerate(HUNDREDS)), default="") + c,
        15: pl.format("最高{}{}", n, c),
        16: pl.format(
            "{}{}.5{}", pl.when(pl.col("unit") == "per_10000").then(pl.lit("每万人")).otherwise(pl.lit("")), n, c
        ),
    }
    # A million and more has two marks between its digits.
    texts[11] = pl.when(n < 1_000_000).then(texts[11]).otherwise(pl.format("{}{}", n, c))
    values = {10: ten_thousands * 100.0, 14: hundreds * 100.0 + 1_000, 16: n + 0.5}
    is_rounded = form.is_in([10, 14, 16]) & ~pl.col("is_exact")
    half = pl.when(~is_rounded).then(0.0).when(is_ratio).then(0.05).otherwise(50.0)
    value = _by_form(values, n.cast(pl.Float64))
    rows = rows.with_columns(value=value, half=half, value_text=_by_form(texts, pl.format("{}{}", n, c)))
    open_above, open_below = pl.col("form").is_in([7, 8]), pl.col("form").is_in([9, 12, 15])
    # Nearly so many persons are at most one fewer.
    less = pl.col("form").is_in([9, 12]) & (pl.col("unit") != "cny")
    return rows.with_columns(
        value=_number(pl.col("value")),
        value_lower=pl.when(~open_below).then(_number(pl.col("value") - pl.col("half"))),
        value_upper=pl.when(~open_above).then(_number(pl.col("value") + pl.col("half") - less.cast(pl.Int64))),
        qualifier=pl.when(pl.col("half") > 0).then(pl.lit("rounded")).otherwise(_by_form(QUALIFIERS, pl.lit("exact"))),
    )


QUALIFIERS = {7: pl.lit("at_least"), 8: pl.lit("at_least"), 9: pl.lit("nearly"), 12: pl.lit("nearly")}
QUALIFIERS |= {15: pl.lit("at_most")}


def _of_grade() -> pl.Expr:
    """Three grades that add up to all; a place has more each year, and less than twice the smallest value."""
    low = pl.col("low")
    total = _odd(low + (pl.col("r") * 7_919 + 11) % 1_000_003 % (low * 3 // 4) + pl.col("y") * (low // 40))
    intermediate, senior = _odd(total // 3), _odd(total // 20)
    return (
        pl.when(pl.col("grade") == "all")
        .then(total)
        .when(pl.col("grade") == "intermediate")
        .then(intermediate)
        .when(pl.col("grade") == "senior")
        .then(senior)
        .otherwise(total - intermediate - senior)
    )


def _odd(number: pl.Expr) -> pl.Expr:
    """Return the number or the next one: an odd number is not a round one."""
    return number + 1 - number % 2


def _by_form(cases: dict[int, pl.Expr], otherwise: pl.Expr) -> pl.Expr:
    result = otherwise
    for form, case in cases.items():
        result = pl.when(pl.col("form") == form).then(case).otherwise(result)
    return result


def _number(value: pl.Expr) -> pl.Expr:
    """Return a number in its lexical form."""
    return value.round(2).cast(pl.String).str.strip_suffix(".0")


def _mentions(told: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Return the mentions that support the rows of documents, in the order of their ids."""
    of_sources = pl.concat(_source_mentions(told.filter("has_document")), how="diagonal")
    of_figures = pl.concat(_figure_mentions(figures.filter(pl.col("document_id").is_not_null())), how="diagonal")
    rows = pl.concat([of_sources, of_figures], how="diagonal").sort("s", "slot")
    start = pl.col("from_") + pl.col("at")
    return rows.with_columns(
        mention_id=_id("mn-", pl.col("s") * SLOTS + pl.col("slot"), 9),
        char_start=start,
        char_end=start + pl.col("text").str.len_chars(),
    )


def _source_mentions(told: pl.DataFrame) -> Iterator[pl.DataFrame]:
    def span(slot: int, role: str, text: pl.Expr, rows: pl.DataFrame = told, **target: str | pl.Expr) -> pl.DataFrame:
        where = {"slot": pl.lit(slot), "at": pl.lit(25 * slot), "role": pl.lit(role)}
        return rows.select("s", "document_id", "from_", text=text, **where, **target)

    milestone = _id("ms-", pl.col("s"))
    year = pl.format("{}年", "year")
    # The first source of a region that stands in a document names its association, and its programme.
    first = told.filter((pl.col("y") == 0) | ((pl.col("y") == 1) & (pl.col("r") % 5 == 4)))
    named = first.filter(pl.col("r") % 10 == 0)
    yield span(0, "title", pl.col("title_zh"), source_id="source_id")
    yield span(1, "date", pl.format("{}年3月", pl.col("year") + 1), source_id="source_id")
    yield span(2, "date", year, milestone_id=milestone)
    yield span(3, "place", pl.col("region_zh"), milestone_id=milestone)
    yield span(4, "name", pl.format("{}社会工作协会", "region_zh"), first, organization_id="organization_id")
    programme = _id("prg-", pl.col("r"))
    yield span(5, "name", pl.format("{}关爱计划", "region_zh"), named, programme_id=programme)


def _figure_mentions(figures: pl.DataFrame) -> Iterator[pl.DataFrame]:
    place = pl.when(pl.col("j") % 3 == 1).then("word").otherwise("region_zh")
    texts = {"place": place, "value": pl.col("value_text"), "date": pl.format("{}年", "printed_year")}
    every_other, tenth = pl.col("j") % 2 == 0, pl.col("j") % 10 == 7
    for number, (role, text) in enumerate({**texts, "excluded": pl.lit("007")}.items()):
        rows = (
            figures.filter(every_other) if role == "date" else figures.filter(tenth) if role == "excluded" else figures
        )
        target = (
            {"exclusion": pl.lit("numbering")} if role == "excluded" else {"observation_id": pl.col("observation_id")}
        )
        yield rows.select(
            "s",
            "document_id",
            "from_",
            slot=(8 + pl.col("j") * 4 + number).cast(pl.Int32),
            at=(200 + pl.col("j") * SPAN + 15 * number).cast(pl.Int32),
            role=pl.lit(role),
            text=text,
            **target,
        )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    write_package(int(sys.argv[1].replace("_", "")), Path(sys.argv[2]))
    print(json.dumps({path.stem: path.stat().st_size for path in sorted(Path(sys.argv[2], "data").iterdir())}))
