"""Counted nouns: which metric the words beside a number name, before likeness decides.

A rule sees the words around a number with `#` for the number and `@` for the numbers beside it. Rules are tried on the
counted noun alone, then on the clause. The first rule whose metric fits the number's measure word wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.numerals import NumeralKind, NumeralSpan

NO_METRIC = ""
"""The metric of a rule for what no metric counts."""

UNKNOWN = "?"
"""The metric of a rule for what a curator decides: no metric is proposed."""

SOCIAL_WORK = "(?:社会工作|社工)"
EXAM = "(?:考试|社工考|职业水平|资格考)"
LICENCE = f"(?:持证|证书|职业资格|资格证|社工证|{SOCIAL_WORK}师|考取|取证|{SOCIAL_WORK}者?考试)"
STATION = f"(?:{SOCIAL_WORK}(?:综合)?(?:服务)?(?:中心)?站)"
PLACES = "(?:乡镇|镇街|街镇|镇|街道|乡|县|区|村|社区|城市|地市|市|省|地区)"
GREW = "(?:新增|净增|(?:增加?|增长)(?![加长至到])|多)了?"


@dataclass(frozen=True)
class Rule:
    """A rule for a metric.

    Attributes:
        metric_id: The metric.
        near: What the words around the number contain.
        topic: What the sentence contains up to the clause's end.
    """

    metric_id: str
    near: re.Pattern[str]
    topic: re.Pattern[str]


def _rule(metric_id: str, near: str, topic: str = "") -> Rule:
    return Rule(metric_id, re.compile(near), re.compile(topic))


NARROW_RULES = (
    _rule(UNKNOWN, "(?:会员|理事)[^@]{0,4}#|#[名家个位][^@]{0,4}(?:会员|理事)"),
    _rule(UNKNOWN, "每个?(?:街道|乡镇|镇|县|区|社工站|站|机构|中心)[^@]{0,14}#[名人位]"),
    _rule(NO_METRIC, "(?:培训|参训|受训|轮训|研修|宣讲|听课)[^@]{0,12}#人次|#人次[^@]{0,8}(?:培训|参训|受训|研修)"),
    _rule("licensed_per_10000", "每万人|万人拥有", LICENCE),
    _rule("exam_applicants_growth", f"(?:{GREW}|下降|减少|增幅)[^@]{{0,4}}#%", "报名|报考"),
    _rule("licensed_growth", f"(?:{GREW}|下降|减少|增幅)[^@]{{0,4}}#%", LICENCE),
    _rule("licence_allowance", "(?:每人?月|按月|月均|月度)[^@]{0,12}#|#元?(?:/月|每月|/人.月)", f"{LICENCE}|津贴"),
    _rule("licence_award", "一次性?|一次奖励", LICENCE),
    _rule("licence_award", "#万?元", f"{LICENCE}.*(?:一次性(?:奖励|补贴|补助|津贴)|一次奖励)"),
    _rule(
        "unit_price",
        "每(?:个|名|人|座)?(?:[^@]{0,6}站|中心|岗|社工|点|站点|人每?年|年每?人)[^@]{0,14}#元|#元?(?:/|每)(?:站|人|岗|名|个)",
    ),
    _rule("professionals_per_community", "每个?(?:城市|城镇)?(?:社区|村|村居|村\\(社区\\))[^@]{0,14}#"),
    _rule("exam_applicants_increase", f"{GREW}[^@]{{0,4}}#[名人]", "报名|报考"),
    _rule(
        "licensed_social_workers",
        "累计[^@]{0,6}(?:通过|考取|取得|获得)|累计[^@]{0,12}#[^@]{0,4}(?:通过|考取|取得)",
        f"{EXAM}|{LICENCE}",
    ),
    _rule(
        "newly_licensed",
        f"#[名人位][^@]{{0,3}}新(?:取得|获得|考取)|(?:{GREW}|新)[^@]{{0,6}}{LICENCE}[^@]{{0,10}}#|{GREW}[^@]{{0,3}}#[名人位]",
        LICENCE,
    ),
    _rule(
        "station_staff",
        f"驻站|(?:{STATION}|站点)[^@]{{0,10}}(?:配备|配有|配齐|工作人员|共有|现有)[^@]{{0,8}}#[名人位]|站内工作人员|每站[^@]{{0,6}}#",
    ),
    _rule(
        "stations_opened",
        f"(?:新建|新增|新设|新成立|新打造|新开|增设|启用|揭牌)[^@]{{0,14}}(?:{STATION}|站点|社工室|服务站|社工点)[^@]{{0,4}}#|(?:新建|新增|新设|新成立|新打造|增设|启用|揭牌)[^@]{{0,3}}#[^@]{{0,12}}(?:站|社工室|社工点)",
    ),
)
"""Rules for words around the number, in the order in which they are tried on the clause."""

RULES = (
    _rule("person_times_served", "#人\\(?次"),
    _rule("station_coverage", "覆盖", STATION),
    _rule("exam_pass_rate", "(?:合格|通过|及格)率"),
    _rule("licence_subsidy", "奖励|补贴|补助|津贴|奖补|申领", LICENCE),
    _rule(
        "charity_funds_raised", "(?:募集|募得|筹得|筹款|善款|捐赠|捐款|劝募|捐出|募捐|募款)(?![^@]{0,6}(?:财政|福彩))"
    ),
    _rule("funds_spent", "投入|安排|拨付|拨款|下拨|支出|购买|经费|资金|福彩|公益金|财政|争取"),
    _rule("charity_funds_raised", "筹集|慈善|爱心"),
    _rule("exam_applicants", "报名|报考", EXAM + f"|{SOCIAL_WORK}"),
    _rule("exam_passes", "(?:通过|合格|考过|过关|上线)", f"{EXAM}|{LICENCE}"),
    _rule("exam_candidates", "参考|参加[^@]{0,20}考|应考|实考|到考|应试|组织[^@]{0,12}考", EXAM),
    _rule(
        "award_recipients",
        "荣获|获评|评为|当选|入选|表彰|领军人才|领军人物|最美社工|优秀社工|督导人才|称号|十佳|十大|推选",
    ),
    _rule("social_workers_recruited", "招聘|招录|选聘|选派|引进|招募(?![^@]{0,4}志愿)|新聘"),
    _rule("graduates", "毕业生"),
    _rule("social_work_projects", "项目[^@]{0,3}#"),
    _rule("social_work_posts", "岗位[^@]{0,3}#"),
    _rule("persons_trained", "培训|轮训|参训|受训|研修|培养|集训"),
    _rule(
        "licensed_social_workers",
        f"持证|(?:取得|获得|拥有|持有|具有)[^@]{{0,14}}(?:证|资格)|(?:初级|中级|高级|助理){SOCIAL_WORK}|{SOCIAL_WORK}师|证书",
    ),
    _rule("licensed_social_workers", "(?:初级|中级|高级|助理)[^@]{0,6}#", f"{LICENCE}|{SOCIAL_WORK}"),
    _rule("social_workers_employed", f"专职|全职|一线|在岗|从事{SOCIAL_WORK}(?:岗位|服务)|机构社工"),
    _rule("workforce", "从业"),
    _rule("professionals", f"专业人才|专业人员|{SOCIAL_WORK}人才|专业社工|人才队伍"),
    _rule("volunteers", "志愿者|义工|志愿服务者"),
    _rule("graduates", "毕业"),
    _rule("service_population", "(?:辖区|服务范围|服务人口|覆盖人口|辖)"),
    _rule("resident_population", "常住人口"),
    _rule(
        "service_outputs",
        "#[份个例件次场节期户批][^@]{0,6}(?:培训|个案|小组|活动|问卷|档案|讲座|课程|咨询|工作坊|沙龙|家访)|(?:个案|小组|活动|问卷|档案|走访|探访|讲座|课程|咨询|结案|工作坊|沙龙|家访|建档|培训|慰问)[^@]{0,10}#(?!元)[^名人位家支所]",
    ),
    _rule("service_outputs", "(?:建档|建立[^@]{0,6}档案|走访|探访|#户)"),
    _rule("places_covered", f"^#个{PLACES}(?![^@]{{0,6}}(?:社工|社会工作|站))", f"{STATION}|站点|机构|项目|覆盖"),
    _rule("places_covered", f"(?:覆盖|涉及|遍布|分布)[^@]{{0,8}}#个{PLACES}"),
    _rule(
        "village_stations",
        f"(?:村居?|社区|村\\(社区\\)|村\\(居\\)|村级|社区级|村、社区)[^@,]{{0,4}}(?:{SOCIAL_WORK}(?:服务)?(?:站|室|点)|服务点|工作室)|{SOCIAL_WORK}(?:服务)?(?:工作)?[室点](?![^@]{{0,2}}站)",
    ),
    _rule("county_stations", f"总站|指导中心|指导站|(?:县级|区级|市级|县一级){STATION}"),
    _rule("service_points", "三级|站点|各级|服务点|阵地|服务网络|站\\(室"),
    _rule("township_stations", f"{STATION}|乡镇[^@]{{0,6}}站|街道[^@]{{0,6}}站"),
    _rule("social_work_posts", "岗位"),
    _rule("social_work_agencies", f"{SOCIAL_WORK}(?:专业)?(?:服务)?(?:机构|组织|事务所|服务中心)|民办{SOCIAL_WORK}"),
    _rule(
        "social_work_associations",
        f"{SOCIAL_WORK}[^@]{{0,6}}(?:协会|联合会|促进会|行业组织|学会)|行业协会|行业组织|协会",
    ),
    _rule("volunteer_teams", "志愿[^@]{0,4}(?:队|团队)|义工队|服务队"),
    _rule("community_centres", "党群服务中心|家庭综合服务中心|家综|邻里中心|社区(?:综合)?服务中心"),
    _rule(
        "schools_master",
        "(?:院校|高校|大学|学校|学位点|授权点)[^@]{0,10}(?:硕士|MSW)|(?:硕士|MSW)[^@]{0,10}(?:院校|高校|大学|学校|学位点|授权点|#)",
    ),
    _rule(
        "schools_bachelor", "(?:院校|高校|大学|学校|专业点)[^@]{0,10}本科|本科[^@]{0,10}(?:院校|高校|大学|学校|专业|#)"
    ),
    _rule("schools", "院校|高校|大学|学校"),
    _rule("training_bases", "基地"),
    _rule("social_work_projects", "项目"),
    _rule("partner_organizations", "企业|单位|商家|商户|爱心|合作伙伴"),
    _rule("social_organizations", "社会组织"),
    _rule("social_work_agencies", "机构"),
    _rule(
        "persons_served",
        "^(?!#[名人位][^@]{0,4}(?:社工|社会工作者)).*(?:服务|帮助|惠及|受益|救助|关爱|帮扶|老人|老年|儿童|青少年|居民|群众|困难|残疾|未成年|对象|学生|妇女)",
    ),
    _rule("years_running", "持续|开展|坚持|走过|连续"),
)
"""Rules for the counted noun, in the order in which they are tried; a narrow one comes before a wide one."""

PART_END = re.compile("[,。;:!?\n()]")
BRACKETED = re.compile(r"\(([一-鿿、]{1,5})\)")
"""Words in brackets that belong to a noun: 乡镇(街道), 村(社区), 人(次)."""
NUMBER_CHARACTERS = re.compile("[0-9零〇一二两三四五六七八九十百千万亿余多几半+.点·]")
LINKING_ONLY = re.compile("[各共有达为至到约了已总人数量是也则仅只近超过其中分别均等余多的和、]*")


def named_metrics(numeral: NumeralSpan, context: Context) -> Iterator[str]:
    """Yield the ids of the metrics that the words around a value name, the likeliest first."""
    noun, clause = counted_noun(numeral, context), _clause(numeral, context)
    sentence = context.text[context.sentence(numeral)[0] : max(context.clause(numeral)[1], numeral.end)]
    tried = ((NARROW_RULES, clause), (RULES, noun), (RULES, clause), (RULES, _clause_before(numeral, context) + noun))
    for rules, words in tried:
        yield from (rule.metric_id for rule in rules if rule.near.search(words) and rule.topic.search(sentence))


def counted_noun(numeral: NumeralSpan, context: Context) -> str:
    """Return the words that name what is counted, with `#` for the number: after its measure word, else before it."""
    before, after = _clause(numeral, context).split("#", 1)
    measure = _measure(numeral, context)
    following = re.split("[、@]|和|及|以及", after.removeprefix(measure), maxsplit=1)[0]
    leading = re.split("[、@]", before)[-1]
    if LINKING_ONLY.fullmatch(following):
        return f"{leading}#{measure}"
    return f"#{measure}{following}"


def _clause(numeral: NumeralSpan, context: Context) -> str:
    """Return the clause of a value, with `#` for its number and `@` for the other numbers with their measure words."""
    start, end = context.clause(numeral)
    inside = [other for other in context.numerals_between(start, end) if other.kind in COUNTING or other == numeral]
    parts, at = [], start
    prefix = re.split(NUMBER_CHARACTERS, context.of(numeral), maxsplit=1)[0]  # the words before a number: 最高可申领
    for other in inside:
        token = f"{prefix}#{_measure(other, context)}" if other == numeral else "@"
        parts += [context.text[at : other.start], token]
        at = other.end
    words = BRACKETED.sub(lambda words: words[1].replace("、", ""), "".join([*parts, context.text[at:end]]))
    before, after = words.split("#", 1)
    return f"{PART_END.split(before)[-1]}#{PART_END.split(after)[0]}"


COUNTING = (NumeralKind.VALUE, NumeralKind.RANGE)


def _clause_before(numeral: NumeralSpan, context: Context) -> str:
    """Return the clause before that of a value, in the same sentence."""
    start, first = context.clause(numeral)[0], context.sentence(numeral)[0]
    words = context.text[first:start].rstrip(",:")
    return PART_END.split(words)[-1]


def _measure(numeral: NumeralSpan, context: Context) -> str:
    """Return the measure word of a value with what follows its number."""
    return re.split(NUMBER_CHARACTERS, context.of(numeral))[-1]
