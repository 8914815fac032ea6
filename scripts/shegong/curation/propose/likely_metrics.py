"""Metrics: which of them a number most likely measures, by its unit and the words around it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from shegong.curation.propose.clauses import Context
from shegong.curation.propose.counted_nouns import NO_METRIC, UNKNOWN, named_metrics
from shegong.curation.propose.numerals import NumeralKind, NumeralSpan
from shegong.curation.propose.vocabulary import Metric, Vocabulary
from shegong.quantities.quantity import Quantity, fits

MAX_METRICS = 3
"""The most metrics that are proposed for a value."""

TERMS = tuple(
    (re.compile(pattern), term)
    for pattern, term in (
        (r"乡\(镇、?街道\)|乡镇\(街道\)|镇\(街道?\)|乡镇、街道|镇街|街镇|乡镇|乡、镇、街道|镇、街道", "乡镇街道"),
        (r"村\(社区\)|村\(居\)|村居|村社区", "村社区"),
        (r"县\(市、区\)|区\(县、市\)|市\(县、区\)|区县|县区", "县市区"),
        ("村级|村一级|社区级|村、社区", "村社区"),
        (r"[()“”‘’《》]", ""),
        ("[未无](?:持|取得|获得)?(?:社工)?(?:职业)?(?:资格)?证书?", ""),
        (
            "领军人才|拔尖人才|最美社工|优秀社工|社工之星|先进个人|先进集体|称号|荣誉|奖项|获评|获选|授予|入选|表彰|获奖",
            "称号",
        ),
        ("社会工作专业人才|社会工作专业人员|社会工作人才|社会工作者|社会工作人员", "社工"),
        ("社会工作", "社工"),
        ("(?:拥有|取得|获得|持有)?(?:社工)?(?:职业)?(?:资格)?证书|持证|取证|证照", "持证"),
        ("(?:社工)?职业(?:资格)?(?:水平)?考试|社工考试", "职业水平考试"),
        ("通过|考取|考过|合格|及格", "通过"),
        ("报名|报考|参考|应考|参加", "参加"),
        ("长者|老人|老年人|老年|银龄|高龄", "老人"),
        ("青少年|未成年人|儿童|少年|孩子|学生", "未成年人"),
        ("义工|志愿者|志愿服务者", "志愿者"),
        ("社会救助对象|低保对象|低保户|特困人员|困难群众|困境群众|救助对象", "救助对象"),
        ("筹集|募集|筹得|筹款|劝募", "募集"),
        ("捐款|捐赠|善款|捐助|捐出", "捐赠"),
        ("探访|走访|上门|入户|家访|探视", "走访"),
        ("培育|孵化|扶持", "培育孵化"),
        ("组织|举办|开展|实施|承办|执行", "开展"),
        ("社工服务站|社工服务中心站|社工站点", "社工站"),
        ("讲师团|讲师|师资|导师", "讲师"),
        ("招聘|聘用|招募|录用|选聘", "招聘"),
        ("奖励|补助|补贴|津贴|奖补|激励|资助", "补贴"),
        ("受益|惠及|受惠", "受益"),
        ("居民|群众|人口", "居民"),
        ("队伍|团队|服务队|小队", "队"),
        ("案例|个案", "个案"),
        ("培养|培训|参训|受训|研修", "培训"),
        ("骨干|学员|人才", "学员"),
    )
)
"""Terms of the field, each with its standard term; the order matters."""

NOT_COUNTED = re.compile("[^。,，；;]*(?:不计|另计|不含|不问|不论|另有指标|除外)[^。；;]*")
"""Parts of a definition that name what the metric does not count."""

NEAR_END = re.compile("[,。;、!?:\n]")
LINKING = re.compile("(?:各|共|有|达|为|至|到|约|了|已|总数|数量|人数|总量|发展|增加|增长|增|扩大|上升|突破|超过)+$")
"""Words between a counted noun and the number after it."""
END = "$"
"""Marks the end of a name, where its head is."""
OTHER = frozenset(",。;、:!?\n ")
KIND_CUES = {
    "stock": re.compile("现有|共有|拥有|目前|截至|已建|建成|建立|设有|配备|登记在册|达到?$|总数"),
    "flow": re.compile("累计|先后|开展|举办|组织|服务|新增|参加|参与|协助|完成|全年|年度|培训|走访|募集|捐"),
    "standard": re.compile("最高|最多|标准|每[人名个年月位]|至少|不少于|不低于|名额"),
    "duration": re.compile("持续|为期|历时|连续|经过|计划|历经|周期"),
}
EACH = re.compile("每[人名个位户年月次]")
CUE_WEIGHT, EACH_WEIGHT = 0.06, 0.25
WEIGHTS = {"name": 3.0, "head": 2.0, "definition": 1.0}
HEAD = 5
HEAD_WEIGHT, NEAREST, LEADING, SAME_CLAUSE, SAME_SENTENCE = 2.0, 2.5, 1.0, 0.5, 0.25

Vector = Mapping[str, float]


@dataclass(frozen=True)
class MetricIndex:
    """The metrics as weighted character pairs."""

    metrics: tuple[Metric, ...]
    vectors: Mapping[str, Vector]
    rarity: Mapping[str, float]


def is_countable(numeral: NumeralSpan, quantity: Quantity, context: Context, vocabulary: Vocabulary) -> bool:
    """Return whether a metric may count a value: one fits its measure word, and its words are not those of none."""
    if next(named_metrics(numeral, context), None) == NO_METRIC:
        return False
    return any(_fits(metric, numeral, quantity, vocabulary) for metric in vocabulary.metrics)


def likely_metrics(
    numeral: NumeralSpan, quantity: Quantity, context: Context, vocabulary: Vocabulary
) -> tuple[Metric, ...]:
    """Return the metrics that fit a value's measure word and range, best first; at most three.

    There are none if the words around the value name none: likeness alone only adds to those that are named.
    """
    fitting = [metric for metric in vocabulary.metrics if _fits(metric, numeral, quantity, vocabulary)]
    by_id = {metric.metric_id: metric for metric in fitting}
    named = [metric for metric in named_metrics(numeral, context) if metric in by_id or metric == UNKNOWN]
    if not named or named[0] == UNKNOWN:
        return ()
    first = [by_id[metric] for metric in named if metric in by_id]
    return tuple(dict.fromkeys([*first, *_by_likeness(numeral, context, fitting, vocabulary)]))[:MAX_METRICS]


def _by_likeness(
    numeral: NumeralSpan, context: Context, fitting: Sequence[Metric], vocabulary: Vocabulary
) -> Sequence[Metric]:
    """Return metrics by the likeness of their names and definitions to the words around a value."""
    index = index_of(vocabulary.metrics)
    around = _vector(_surroundings(numeral, context), index.rarity)
    clause = context.text[context.clause(numeral)[0] : numeral.end]
    score = {}
    for metric in fitting:
        vector = index.vectors[metric.metric_id]
        likeness = sum(weight * vector.get(pair, 0.0) for pair, weight in around.items())
        score[metric.metric_id] = likeness + _cue(metric, clause)
    return sorted(fitting, key=lambda metric: -score[metric.metric_id])


@lru_cache(maxsize=8)
def index_of(metrics: tuple[Metric, ...]) -> MetricIndex:
    """Weigh the character pairs of each metric's name and definition by how few metrics have them."""
    parts = {m.metric_id: _parts(m) for m in metrics}
    spread = Counter(pair for texts in parts.values() for pair in {p for text, _ in texts for p in _pairs(text)})
    rarity = {pair: log(1 + len(metrics) / count) for pair, count in spread.items()}
    vectors = {id: _vector(texts, rarity) for id, texts in parts.items()}
    return MetricIndex(metrics, vectors, rarity)


def _parts(metric: Metric) -> list[tuple[str, float]]:
    definition = NOT_COUNTED.sub("", metric.definition_zh)
    name = f"{in_terms(metric.name_zh)}{END}"
    return [(name, WEIGHTS["name"]), (name[-HEAD:], WEIGHTS["head"]), (in_terms(definition), WEIGHTS["definition"])]


def in_terms(text: str) -> str:
    """Return a text in the field's standard terms, without brackets and quotation marks."""
    text = text.replace("（", "(").replace("）", ")")
    for pattern, term in TERMS:
        text = pattern.sub(term, text)
    return text


def _fits(metric: Metric, numeral: NumeralSpan, quantity: Quantity, vocabulary: Vocabulary) -> bool:
    """Return whether unit and range allow the value."""
    if metric.is_integer and quantity.value != quantity.value.to_integral_value():
        return False
    if not metric.minimum <= float(quantity.value) <= metric.maximum:
        return False
    if numeral.kind is NumeralKind.ORDINAL:
        return False
    if not (quantity.classifier or quantity.unit):
        return metric.unit not in ("year", "percent", "per_10000")
    return fits(quantity, metric.unit, vocabulary.classifiers[metric.unit])


def _surroundings(numeral: NumeralSpan, context: Context) -> list[tuple[str, float]]:
    """Return the words around a value with their weights; the counted noun follows the measure word, or precedes it."""
    clause, sentence = context.clause(numeral), context.sentence(numeral)
    lead = in_terms(context.text[clause[0] : numeral.start])
    before = LINKING.sub("", re.split("[、和及]", lead)[-1])
    after = NEAR_END.split(
        in_terms(context.text[numeral.end : _next_value(numeral, context, sentence[1])]), maxsplit=1
    )[0]
    nearest, leading = (after, before) if after else (before, "")
    first = nearest[:HEAD] if after else ""
    return [
        (first, HEAD_WEIGHT),
        (f"{nearest}{END}", NEAREST),
        (f"{nearest}{END}"[-HEAD:], HEAD_WEIGHT),
        (leading, LEADING),
        (in_terms(context.text[slice(*clause)]), SAME_CLAUSE),
        (in_terms(context.text[slice(*sentence)]), SAME_SENTENCE),
    ]


def _next_value(numeral: NumeralSpan, context: Context, end: int) -> int:
    """Return where the next value begins that does not directly follow; else `end`."""
    later = context.numerals_between(numeral.end + 2, end)
    return next((other.start for other in later if other.kind is NumeralKind.VALUE), end)


def _vector(parts: Iterable[tuple[str, float]], rarity: Mapping[str, float]) -> Vector:
    """Return the weighted pairs of some texts as a unit vector, without pairs that no metric has."""
    weights: defaultdict[str, float] = defaultdict(float)
    for text, weight in parts:
        for pair in set(_pairs(text)):
            weights[pair] += weight * rarity.get(pair, 0.0)
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {pair: weight / length for pair, weight in weights.items() if weight}


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if text[at].isalnum() and text[at + 1] not in OTHER]


def _cue(metric: Metric, clause: str) -> float:
    cue = KIND_CUES.get(metric.kind)
    if EACH.search(clause):  # 每年选拔, 每个社区: a standard
        return EACH_WEIGHT if metric.kind == "standard" else 0.0
    return CUE_WEIGHT if cue and cue.search(clause) else 0.0
