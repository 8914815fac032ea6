"""What the proposer makes of a text: each trap of such pages on a small invented sentence, then the documents."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from shegong.chinese import NUMERAL
from shegong.curation.propose.proposals import Candidate, Period, Proposals
from shegong.curation.propose.proposer import propose
from shegong.curation.propose.vocabulary import Vocabulary, read_vocabulary
from shegong.package.package import Package
from tests.conftest import ROOT

PUBLISHED = Period(date(2024, 5, 20), date(2024, 5, 20), "stated", "day")


@pytest.fixture(scope="session")
def vocabulary(package: Package) -> Vocabulary:
    return read_vocabulary(package)


@pytest.fixture(scope="session")
def benchmark() -> ModuleType:
    """`benchmarks/proposals.py`, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("benchmark_of_proposals", ROOT / "benchmarks/proposals.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def candidates(text: str, vocabulary: Vocabulary, published: Period | None = None) -> tuple[Candidate, ...]:
    found = propose(text, vocabulary, published)
    assert_sound(text, found)
    return found.candidates


def one(text: str, vocabulary: Vocabulary, published: Period | None = None) -> Candidate:
    """The candidate of a text that holds one."""
    (found,) = candidates(text, vocabulary, published)
    return found


def assert_sound(text: str, proposals: Proposals) -> None:
    """Spans hold their text, do not overlap, and each numeral stands in exactly one candidate."""
    end = 0
    for candidate in proposals.candidates:
        assert end <= candidate.start < candidate.end
        assert text[candidate.start : candidate.end] == candidate.text
        end = candidate.end
    for numeral in NUMERAL.finditer(text):
        holding = [c for c in proposals.candidates if c.start <= numeral.start() and numeral.end() <= c.end]
        assert len(holding) == 1, numeral


@pytest.mark.parametrize(
    ("text", "token", "value", "lower", "upper", "qualifier"),
    [
        ("全县社工机构有70余家。", "70余家", 70, 70, None, "at_least"),
        ("持证社工逾3千人。", "逾3千人", 3000, 3000, None, "at_least"),
        ("现有志愿者近５万人。", "近５万人", 50000, None, 49999, "nearly"),
        ("志愿者2.36万人。", "2.36万人", 23600, 23550, 23650, "rounded"),
        ("服务老人3100余人(次)。", "3100余人(次)", 3100, 3100, None, "at_least"),
        ("考过的人最高可申领补助4000元。", "最高可申领补助4000元", 4000, None, 4000, "at_most"),
        ("每站至少配备2名社工。", "至少配备2名", 2, 2, None, "at_least"),
        ("爱心企业捐赠上万元。", "上万元", 10000, 10000, None, "at_least"),
        ("募集善款90万余元。", "90万余元", 900000, 900000, None, "at_least"),
        ("全市持证社工1,086人。", "1,086人", 1086, 1086, 1086, "exact"),
        ("村级社工室四百二十个。", "四百二十个", 420, 420, 420, "exact"),
        ("约90人报名。", "约90人", 90, None, None, "about"),
        ("百分之八十的村有社工。", "百分之八十", 80, 79.5, 80.5, "rounded"),
        ("回收2018份问卷。", "2018份", 2018, 2018, 2018, "exact"),
        ("該項目持續(xù)兩年(nián)。", "兩年", 2, 2, 2, "exact"),
    ],
)
def test_quantity(text, token, value, lower, upper, qualifier, vocabulary):
    candidate = one(text, vocabulary)
    assert (candidate.text, candidate.role) == (token, "value")
    quantity = candidate.quantity
    assert quantity
    assert (quantity.value, quantity.lower, quantity.upper, quantity.qualifier) == (value, lower, upper, qualifier)


@pytest.mark.parametrize("text", ["每周上门两三次。", "站点有5至8名社工。"])
def test_a_number_that_no_rule_bounds_has_no_quantity(text, vocabulary):
    candidate = one(text, vocabulary)
    assert candidate.role == "value"
    assert candidate.quantity is None


@pytest.mark.parametrize(
    ("text", "role", "exclusion"),
    [
        ("我们要统筹推进,进一步统一认识。", "excluded", "word_part"),
        ("社工走进千家万户。", "excluded", "word_part"),
        ("他十分热心。", "excluded", "word_part"),
        ("站里来了一位新人。", "excluded", "indefinite"),
        ("他们带动一批居民。", "excluded", "indefinite"),
        ("一是抓培训。", "excluded", "numbering"),
        ("(二)抓管理。", "excluded", "numbering"),
        ("3、社工忙不忙?", "excluded", "numbering"),
        ("服务打通“最后一公里”。", "excluded", "slogan"),
        ("“一户一策”暖人心。", "excluded", "slogan"),
        ("83岁的周奶奶常来。", "excluded", "anecdote"),
        ("明确了4个方面的要求。", "excluded", "model_part"),
        ("聚焦五大领域。", "excluded", "model_part"),
        ("社工师的证书分为三级。", "excluded", "general_knowledge"),
        ("服务60岁以上老年人。", "detail", ""),
        ("举办第九届社工节。", "detail", ""),
        ("首批社工上岗。", "detail", ""),
        ("推行“五社联动”机制。", "name", ""),
        ("实施“双百工程”。", "name", ""),
        ("推行“1+3+N”模式。", "name", ""),
        ("三亚的社工很忙。", "name", ""),
        ("2018年社工很忙。", "date", ""),
        ("项目持续一年。", "value", ""),
        ("两镇各配社工一名。", "value", ""),
        ("快照:2022年3月8日", "excluded", "boilerplate"),
        ("浏览次数 235 次", "excluded", "boilerplate"),
        ("上午9时,社工来到了站里,热情地招呼大家坐下来说话。", "excluded", "repeated_context"),
        ("24小时服务老人。", "excluded", "word_part"),
        ("第一时间赶到。", "excluded", "word_part"),
        ("“这是我第一次来站里,我很高兴。”她说。", "excluded", "anecdote"),
        ("五一广场。", "name", ""),
        ("平均年龄28岁。", "value", ""),
    ],
)
def test_what_is_no_value(text, role, exclusion, vocabulary):
    found = candidates(text, vocabulary)
    assert {(c.role, c.exclusion) for c in found} == {(role, exclusion)}


def test_one_numeral_in_two_words_is_one_span(vocabulary):
    assert one("统一一个标准。", vocabulary).text == "一一"


def test_an_ordinal_is_a_detail(vocabulary):
    rank, first = candidates("该县在全省评估中排名第一。这是第一个站点。", vocabulary)
    assert (rank.role, first.role) == ("detail", "detail")


def test_traditional_script_with_pinyin(vocabulary):
    text = "德清縣擁(yōng)有１２個(gè)社工站,持證社會(huì)工作者2(èr)千餘(yú)名。"
    stations, workers = candidates(text, vocabulary)
    assert (stations.text, "stations" in stations.metrics[0]) == ("１２個", True)
    assert (workers.text, workers.metrics[0]) == ("2(èr)千餘(yú)名", "licensed_social_workers")
    assert workers.quantity
    assert (workers.quantity.value, workers.quantity.upper) == (2000, None)
    assert workers.regions[0] == "330521"


def test_one_number_printed_four_times_has_one_meaning(vocabulary):
    text = "安吉县持证社工2345名\n安吉县有2345名持证社工。目前,全县持证社工达2345名。\n上一篇:安吉县持证社工2345名"
    found = candidates(text, vocabulary)
    assert len(found) == 5  # 上一篇 holds a numeral too
    assert {(c.metrics[0], c.regions[0]) for c in found if c.role == "value"} == {("licensed_social_workers", "330523")}


def test_total_and_parts(vocabulary):
    total, low, middle = candidates("全县有持证社工300人,其中助理社工师210人,社工师90人。", vocabulary)
    assert total.metrics[0] == "licensed_social_workers"
    assert {"licensed_social_workers", "professionals"} & set(low.metrics)
    assert {"licensed_social_workers", "professionals"} & set(middle.metrics)


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("服务老人1.2万人次。", "person_times_served"),
        ("走访困难家庭560余户。", "service_outputs"),
        ("义工队伍22支。", "volunteer_teams"),
        ("全市考试合格率达36%。", "exam_pass_rate"),
        ("村(社区)社工室35个。", "village_stations"),
        ("民办社工机构达60余家。", "social_work_agencies"),
        ("持有证书者可申领500元。", "licence_subsidy"),
        ("每个社区至少有2名社会工作专业人才。", "professionals_per_community"),
    ],
)
def test_metric(text, metric, vocabulary):
    assert metric in one(text, vocabulary).metrics


def test_a_metric_fits_unit_and_range(vocabulary):
    integer = {metric.metric_id for metric in vocabulary.metrics if metric.is_integer}
    ratio = one("考试合格率为36.5%。", vocabulary)
    assert ratio.metrics
    assert not integer & set(ratio.metrics)
    assert one("活动区有80平方米。", vocabulary).metrics == ()


@pytest.mark.parametrize(
    ("text", "start", "end", "basis"),
    [
        ("截至2022年底,全县有持证社工300人。", date(2022, 12, 31), date(2022, 12, 31), "stated"),
        ("截至今年3月底,全县有持证社工300人。", date(2024, 3, 31), date(2024, 3, 31), "inferred"),
        ("目前,全县有持证社工300人。", None, None, "published"),
        ("全县有持证社工300人。", None, None, "published"),
        ("2022年,全县招聘社工30名。", date(2022, 1, 1), date(2022, 12, 31), "stated"),
        ("今年,全县招聘社工30名。", date(2024, 1, 1), date(2024, 5, 20), "inferred"),
        ("去年,全县招聘社工30名。", date(2023, 1, 1), date(2023, 12, 31), "inferred"),
        ("自2021年以来,全县招聘社工30名。", date(2021, 1, 1), date(2024, 5, 20), "inferred"),
        ("2021年3月至6月,全县招聘社工30名。", date(2021, 3, 1), date(2021, 6, 30), "stated"),
        ("昨天,6家外地机构参与交流。", date(2024, 5, 19), date(2024, 5, 19), "inferred"),
        ("全县累计招聘社工30名。", None, date(2024, 5, 20), "inferred"),
        ("45个镇街社工站于2020年4月底前建成。", date(2020, 4, 30), date(2020, 4, 30), "stated"),
        ("“十四五”期间,全县招聘社工30名。", date(2021, 1, 1), date(2025, 12, 31), "stated"),
        ("近三年,全县招聘社工30名。", date(2022, 1, 1), date(2024, 5, 20), "inferred"),
        ("2022年上半年,全县招聘社工30名。", date(2022, 1, 1), date(2022, 6, 30), "stated"),
        ("2022年第三季度,全县招聘社工30名。", date(2022, 7, 1), date(2022, 9, 30), "stated"),
        ("5日,全县招聘社工30名。", date(2024, 5, 5), date(2024, 5, 5), "inferred"),
        ("今天,全县招聘社工30名。", date(2024, 5, 20), date(2024, 5, 20), "inferred"),
        ("本月,全县招聘社工30名。", date(2024, 5, 1), date(2024, 5, 20), "inferred"),
        ("去年以来,全县招聘社工30名。", date(2023, 1, 1), date(2024, 5, 20), "inferred"),
        ("2021年9月3日,社工节开幕。当天,吸引居民300人。", date(2021, 9, 3), date(2021, 9, 3), "inferred"),
        ("当天,吸引居民300人。", None, None, "published"),
        ("目前已服务老人300人次。", None, date(2024, 5, 20), "inferred"),
        ("2021年起,目前已服务老人300人次。", date(2021, 1, 1), date(2024, 5, 20), "inferred"),
        ("2021年以来,全县有持证社工300人。", None, None, "published"),
        ("2021年至2022年,两年来全县招聘社工30名。", date(2021, 1, 1), date(2022, 12, 31), "stated"),
        ("2020年至2021年建站。两年来,全县有持证社工300人。", None, None, "published"),
        ("2021年启动的项目持续3年。", date(2021, 1, 1), date(2023, 12, 31), "inferred"),
        ("项目持续3年。", None, None, "unknown"),
        ("2021年的30名社工上岗。", date(2021, 1, 1), date(2021, 12, 31), "stated"),
        ("2021年6月至3月,全县招聘社工30名。", None, None, "unknown"),
    ],
)
def test_period(text, start, end, basis, vocabulary):
    value = next(c for c in candidates(text, vocabulary, PUBLISHED) if c.role == "value")
    assert value.period
    assert (value.period.start, value.period.end, value.period.basis) == (start, end, basis)


def test_without_a_day_of_publication_nothing_is_concluded_from_it(vocabulary):
    assert one("今年,全县招聘社工30名。", vocabulary).period == Period(None, None, "unknown")
    event, *_ = candidates("4月2日,站点揭牌。", vocabulary)
    assert event.period == Period(None, None, "unknown", "day")


@pytest.mark.parametrize(
    ("text", "category", "precision"),
    [
        ("2021年9月,县里印发《社工站建设方案》。", "policy", "month"),
        ("2019年,县社会工作协会成立。", "founding", "year"),
        ("2022年3月8日,社工站揭牌。", "launch", "day"),
        ("2023年6月,社工职业水平考试开考。", "exam", "month"),
        ("2012年至2013年,县里举办社工节。", "event", "interval"),
    ],
)
def test_event(text, category, precision, vocabulary):
    found = one(text, vocabulary)
    assert (found.role, found.category) == ("date", category)
    assert found.period
    assert found.period.precision == precision


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2022年3月上旬,站点揭牌。", date(2022, 3, 1), date(2022, 3, 10)),
        ("2022年3月下旬,站点揭牌。", date(2022, 3, 21), date(2022, 3, 31)),
        ("二〇二二年十一月二十三日,站点揭牌。", date(2022, 11, 23), date(2022, 11, 23)),
        ("2023年6月31日,站点揭牌。", None, None),
    ],
)
def test_day_of_an_event(text, start, end, vocabulary):
    period = one(text, vocabulary).period
    assert period
    assert (period.start, period.end) == (start, end)


def test_a_heading_dates_the_lines_below(vocabulary):
    year, value = candidates("2017年\n县民政局招聘了45名社工。", vocabulary)
    assert value.period == year.period


@pytest.mark.parametrize(
    "text", ["", "\n", "社工", "“", "一" * 300, "1" * 300, "2021年" * 99, "2,500,000", "第", "二〇二三年五月"]
)
def test_any_text_is_read(text, vocabulary):
    candidates(text, vocabulary)


def test_the_benchmark_holds_out_what_one_document_alone_supports(package, vocabulary, benchmark):
    without = benchmark.vocabulary_without(package, "yangjiang-feature")
    assert "阳江市养老院" in vocabulary.organizations.keys() - without.organizations.keys()
    assert without.metrics == vocabulary.metrics
    assert without.programmes.keys() < vocabulary.programmes.keys()


def test_a_document_without_an_article_is_one_item(vocabulary):
    (item,) = propose("名单\n赫章县社工站", vocabulary, PUBLISHED).items
    assert (item.start, item.end, item.title_zh, item.published) == (0, 9, "名单", PUBLISHED)


@pytest.mark.slow
def test_the_documents(package: Package, documents: Path, benchmark: ModuleType):
    """The measures of the benchmark, each at least a little under what was measured."""
    found = benchmark.document_verdicts(package, documents)
    total = [verdict for verdicts in found.values() for verdict in verdicts]
    part = {measure: benchmark.share(total, measure) for measure in benchmark.MEASURES}
    share = {measure: right / of for measure, (right, of) in part.items()}
    assert share["numerals in a candidate"] == 1
    assert share["quantity right"] >= 0.97
    assert share["metric among three"] >= 0.93
    assert share["place first"] >= 0.9
    assert share["period right"] >= 0.75
    assert share["exclusions proposed"] >= 0.93
    assert share["exclusion code right"] >= 0.9
    assert share["facts wrongly excluded"] >= 0.98


@pytest.mark.slow
def test_spans_of_the_documents(package: Package, documents: Path, vocabulary: Vocabulary):
    for file in sorted(documents.glob("*.txt")):
        text = file.read_bytes().decode()
        assert_sound(text, propose(text, vocabulary))
