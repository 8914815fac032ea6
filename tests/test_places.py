"""Places, names and items of a page. All sentences are made up; the division names are real."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from datetime import date

import pytest

from shegong.curation.extract.normalize import normalize
from shegong.curation.propose.find_places import find_places
from shegong.curation.propose.gazetteer import load_gazetteer
from shegong.curation.propose.items import find_boilerplate, find_items, whole_document
from shegong.curation.propose.names import find_names
from shegong.curation.propose.proposals import Item, Name, Period
from shegong.curation.propose.scope import regions_at
from shegong.curation.propose.vocabulary import Vocabulary
from tests.conftest import ROOT

GAZETTEER = load_gazetteer()
NO_NAMES = Vocabulary((), {}, GAZETTEER, {}, {}, {})
PROSE = "社工们每周走进社区看望老人,陪他们聊天、读报、量血压,也教他们用手机挂号和视频,还把听到的难处一件件记下来,带回站里商量办法。"
"""A sentence long enough to be prose, which names no place."""


def places(text: str, known: dict[str, str] | None = None, items: tuple[Item, ...] = ()) -> list[tuple[str, str]]:
    """Each place as printed, with its id."""
    return [(place.text, place.region_id) for place in find_places(normalize(text), GAZETTEER, known or {}, items)]


def region_of(text: str, figure: str) -> str:
    """The likeliest place of a figure, on a page whose items are found."""
    plain = normalize(text)
    items = find_items(plain)
    start = text.index(figure)
    regions = regions_at(plain, find_places(plain, GAZETTEER, {}, items), items, start, start + len(figure))
    return next(iter(regions), "")


def names(text: str, **known: dict[str, str]) -> list[Name]:
    plain = normalize(text)
    return list(find_names(plain, find_places(plain, GAZETTEER, {}), replace(NO_NAMES, **known)))


def item(text: str) -> Item:
    """The item of a page that has one."""
    (found,) = find_items(normalize(text))
    return found


def test_curated_codes_are_official() -> None:
    with (ROOT / "data/regions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region_id"].isdigit() and len(row["region_id"]) < 12]
    assert len(rows) > 60
    assert not {"市辖区", "县", "省直辖县级行政区划"} & set(GAZETTEER.names.values())
    assert not {"110100", "441900000", "620201", "500200"} & GAZETTEER.names.keys()
    for row in rows:
        name = GAZETTEER.names[row["region_id"]]
        assert name == row["name_zh"] or f"prints {name}" in row["note"]
        assert GAZETTEER.level(row["region_id"]) == row["level"]
        assert GAZETTEER.parent(row["region_id"]) == row["parent_id"]


@pytest.mark.parametrize(
    ("code", "level", "parent", "name"),
    [
        ("110101", "county", "110000", "Dongcheng District"), ("429004", "county", "420000", "Xiantao"),
        ("330782", "county", "330700", "Yiwu"),
        ("330523", "county", "330500", "Anji County"), ("441900101", "township", "441900", "Shijie Town"),
        ("150000", "province", "CN", "Inner Mongolia"),
        ("350102001", "township", "350102", "Gudong Subdistrict"), ("140302", "county", "140300", "Cheng District"),
        ("320576", "functional_area", "320500", "Suzhougongyeyuan District"),
        ("460203-liudao", "functional_area", "460203", ""),
        ("330681109200", "village", "330681109", ""),
    ],
)  # fmt: skip
def test_code_has_level_parent_and_english_name(code: str, level: str, parent: str, name: str) -> None:
    assert (GAZETTEER.level(code), GAZETTEER.parent(code)) == (level, parent)
    assert not name or GAZETTEER.name_en(code) == name


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("福建省福州市鼓楼区", "鼓楼区", "350102"), ("江苏省徐州市鼓楼区", "鼓楼区", "320302"), ("甘肃兰州城关区", "城关区", "620102"),
        ("天津和平区", "和平区", "120101"), ("浙江安吉设站", "安吉", "330523"), ("重庆合川设站", "合川", "500117"), ("广西来宾设站", "来宾", "451300"),
        ("海口市秀英区青云大社区挂牌,青云大社区有人。", "青云大社区", "460105-qingyun"),
        ("咸阳市乾县社工站开门。", "乾县", "610424"), ("杭州市临安区於潜镇社工站开门。", "於潜镇", "330112104"), ("松原市乾安县社工站开门。", "乾安县", "220723"),
        ("汕头市金平区鮀江街道社工站开门。", "鮀江街道", "440511016"), ("咸陽市乾縣社會工作站開門。", "乾縣", "610424"),
        ("杭州市臨安區於潛鎮社會工作站開門。", "於潛鎮", "330112104"),
    ],
)  # fmt: skip
def test_chain_tells_which_place_is_meant(text: str, name: str, code: str) -> None:
    assert places(text)[-1] == (name, code)


def test_other_places_tell_which_place_is_meant() -> None:
    found = dict(places("开封市召开会议。鼓楼区和龙亭区都派人参加。"))
    assert found["鼓楼区"] == "410204"
    assert dict(places("安徽省五河县的城关镇设了站点。"))["城关镇"].startswith("340322")
    assert "城关镇" not in dict(places("安徽省怀远县的城关镇设了站点。"))  # of its neighbour's it is not said


@pytest.mark.parametrize(
    "text",
    [
        "合作社资源多,平安和谐,发展前进。", "城区和郊区的东区都要通道。", "重大庆祝活动扩大连片效应。", "沿着南京路和中山大道走。",
        "鼓楼区和城关镇都设了站点。", "江门日报刊登",
    ],
)  # fmt: skip
def test_words_of_every_day_and_ambiguous_names_are_no_places(text: str) -> None:
    assert places(text) == []


def test_level_words_mean_the_place_that_is_told_of() -> None:
    found = places("义乌市佛堂镇设站。全镇都来,市民政局牵头,全市推广,全省第一,全国少有。")
    assert found[2:] == [
        ("全镇", found[1][1]), ("市民政局", "330782"), ("全市", "330782"), ("全省", "330000"), ("全国", "CN"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word", "code"),
    [
        ("浙江省金华市义乌市开会,全市响应。", "全市", "330782"), ("浙江省金华市兰溪市旁的金华市开会。全市响应。", "全市", "330700"),
        ("绍兴市举办论坛。绍兴市的社工和江西省九江市的同行见面,我市还将再办。", "我市", "330600"), ("湖南日报讯 我省有社工九人。", "我省", "430000"),
    ],
)  # fmt: skip
def test_level_word_is_neither_above_nor_a_guest_and_the_newspaper_is_the_last_resort(
    text: str, word: str, code: str
) -> None:
    assert places(text)[-1] == (word, code)


def test_short_and_known_names_and_areas() -> None:
    assert places("义乌设站") == [("义乌", "330782")]
    assert places("内蒙古包头") == [("内蒙古", "150000"), ("包头", "150200")]
    text = "绍兴市诸暨市枫桥镇枫源村有站点,枫源村有人。"
    village = "330681109200"
    assert places(text, {"枫源村": village})[-1] == ("枫源村", village)
    assert places("海口市秀英区青云大社区挂牌", {"青云大社区": "460105-known"})[-1][1] == "460105-known"


def test_span_in_traditional_text_with_pinyin() -> None:
    text = "浙江省義(yì)烏(wū)市佛堂鎮(zhèn)"
    found = find_places(normalize(text), GAZETTEER, {})
    assert [place.text for place in found] == ["浙江省", "義(yì)烏(wū)市", "佛堂鎮"]
    assert all(text[place.start : place.end] == place.text for place in found)


@pytest.mark.parametrize(
    ("text", "figure", "code"),
    [
        ("深圳市有社工机构20家。香港有注册社工270名。", "270", ""), ("深圳市有社工机构20家。目前,美国有社工700名。", "700", ""),
        ("深圳市有社工20名,而台湾有社工80名。", "80", ""), ("香港有注册社工270名。深圳市有社工机构20家。", "20", "440300"),
        ("深圳市与香港合作,有社工300名。", "300", "440300"), ("深圳市在香港路设站,有社工300名。", "300", "440300"),
        ("深圳市的世界社工日活动,有社工300名。", "300", "440300"),
    ],
)  # fmt: skip
def test_place_outside_the_mainland_takes_no_region(text: str, figure: str, code: str) -> None:
    assert region_of(text, figure) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("黄石市召开推进会。2022年11月,阳新县富池镇社工站揭牌。", "420222101"), ("黄石市召开推进会。阳新县社工站于2022年11月揭牌。", "420222"),
        ("2022年11月,黄石市阳新县富池镇社工站揭牌,黄石市派人到场。", "420222101"), ("黄石市召开推进会。2022年11月,社工站揭牌。", "420200"),
    ],
)  # fmt: skip
def test_event_takes_the_place_of_its_own_sentence(text: str, code: str) -> None:
    plain = normalize(text)
    start = text.index("2022年11月")
    found = regions_at(plain, find_places(plain, GAZETTEER, {}), (), start, start + 8, is_event=True)
    assert found[0] == code


def test_region_of_a_figure() -> None:
    text = f"诸暨市社工站见闻\n诸暨市共有社工站9个。枫桥镇社工站走访老人,今年服务77人。{PROSE}店口镇有8家,与杭州市的6家结对。全市还有5个点。"
    found = [region_of(text, figure) for figure in ("9个", "77人", "8家", "6家", "5个")]
    town = dict(places(text))
    assert found == ["330681", town["枫桥镇"], town["店口镇"], town["店口镇"], "330681"]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        (f"诸暨市开会。{PROSE}枫桥镇、店口镇等7个镇设了站。", "7个"), (f"{PROSE}诸暨市在浙江省组织的评比中得了第3名。", "3名"),
        (f"{PROSE}{PROSE}站里现有社工12人。\n相关阅读\n河南安阳举行社工大会\n", "12人"),
        (f"照片:安阳市社工。\n{PROSE}{PROSE}全市有12人。", "12人"),
    ],
    ids=["examples", "judges", "teaser", "caption"],
)  # fmt: skip
def test_other_places_are_not_those_of_a_figure(text: str, figure: str) -> None:
    assert region_of(f"诸暨市社工站见闻\n{text}", figure) == "330681"


def test_bodies() -> None:
    text = "义乌市民政局发文,市养老院和义乌市晨光社会工作服务中心参加,佛堂镇社工站和市社会工作协会到场,春苗社工服务站、义乌大学、各镇社工站也来。"
    assert {name.name_zh: (name.type, name.region_id) for name in names(text)} == {
        "义乌市民政局": ("government", "330782"), "义乌市养老院": ("care_institution", "330782"),
        "义乌市晨光社会工作服务中心": ("social_work_agency", "330782"), "佛堂镇社工站": ("social_work_station", "330782100"),
        "义乌市社会工作协会": ("association", "330782"), "春苗社工服务站": ("social_work_station", ""),
        "义乌大学": ("university", "330782"),
    }  # fmt: skip


def test_programmes() -> None:
    found = {name.name_zh: name.type for name in names(
        "义乌市实施“星火计划”,推出“一镇一品”品牌,构建“2+1+N”服务模式,印发《义乌市社工站管理办法》,"
        "组织社会工作者职业资格考试,开展“助人自助”教育,打通“最后一米”,“我们都很高兴。”"
    )}  # fmt: skip
    assert found == {
        "星火计划": "programme", "一镇一品": "brand", "2+1+N": "service_model", "义乌市社工站管理办法": "policy_document",
        "社会工作者职业资格考试": "examination",
    }  # fmt: skip


def test_known_names_keep_their_ids() -> None:
    known = {"五星联动": "prg-7", "全国社会工作者职业水平考试": "prg-8"}
    found = names("诸暨市推广五星联动,也组织社会工作者职业水平考试。", programmes=known)
    assert {name.name_zh: name.known_id for name in found} == known


def test_long_name_is_marked_where_it_tells_its_kind() -> None:
    found = names("印发《关于进一步加强诸暨市镇乡街道社会工作服务站规范化建设工作的实施意见》")
    (name,) = (name for name in found if name.type)
    assert name.text.endswith("实施意见")
    assert len(name.text) < 24 < len(name.name_zh)


def test_items_of_a_roundup() -> None:
    text = f"浙江诸暨:社工进村\n{PROSE}{PROSE}\n(据《绍兴日报》)\n江西九江:站点开门\n{PROSE}{PROSE}\n(据江西省民政厅)\n"
    items = find_items(normalize(text))
    found = [(item.title_zh, item.publisher) for item in items]
    assert found == [("浙江诸暨:社工进村", "绍兴日报"), ("江西九江:站点开门", "江西省民政厅")]
    assert items[0].end <= items[1].start


def test_item_with_its_page_around_it() -> None:
    text = (
        "首页\n诸暨社工走村入户\n发布时间:2021-05-06 08:00:00 来源:诸暨发布\n本文转自:绍兴日报\n"
        f"本报讯 {PROSE}{PROSE}\n小标题一则\n{PROSE}\n责任编辑:某某\n"
        "免责声明:文章仅供参考\n相关新闻\n诸暨举行社工大会招募20名社工2021-05-04\n...被切断的社工新闻2021-05-03\n绍兴天气晴好适合出门散步2021-05-02\n"
    )
    article, notice = find_items(normalize(text))
    assert text[article.start : article.end].startswith("诸暨社工")
    assert text[article.start : article.end].endswith("某某")
    assert article.publisher == "绍兴日报"
    assert article.published == Period(None, date(2021, 5, 6), "inferred", "day")
    assert text[notice.title_start : notice.title_end].startswith("诸暨举行社工大会")
    assert notice.published == Period(date(2021, 5, 4), date(2021, 5, 4), "stated", "day")
    plain = normalize(text)
    furniture = "".join(text[start:end] for start, end in find_boilerplate(plain, find_items(plain)))
    assert all(word in furniture for word in ("首页", "免责", "被切断", "天气"))
    assert "小标题" not in furniture
    assert "招募" not in furniture


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("2022年3月19日　来源：绍兴日报　记者 李大明　通讯员 王小芳", "绍兴日报"), ("来源：绍兴日报 李大明", "绍兴日报"), ("来源：绍兴日报李大明", "绍兴日报"),
        ("来源：绍兴日报全媒体记者李大明", "绍兴日报"), ("来源：绍兴日报 摄影 李大明", "绍兴日报"), ("来源：绍兴市民政局 责编：李大明", "绍兴市民政局"),
        ("摄影：李大明 来源：绍兴日报", "绍兴日报"), ("转自：绍兴日报 记者李大明", "绍兴日报"), ("来源：《绍兴日报》", "绍兴日报"), ("稿源：荆楚网（记者 李大明）", "荆楚网"),
        ("来源：绍兴日报社", "绍兴日报社"), ("来源：绍兴日报客户端", "绍兴日报客户端"), ("来源：新华网湖北频道", "新华网湖北频道"), ("来源：文汇报", "文汇报"),
        ("来源：CCTV 编辑：李大明", "CCTV"), ("来源：李大明", ""), ("来源：记者 李大明", ""), ("图片来源：李大明", ""), ("本报记者 李大明 通讯员 王小芳", ""),
    ],
)  # fmt: skip
def test_publisher_is_not_a_person(line: str, publisher: str) -> None:
    for head in ("", "绍兴：286名社工（街道）上岗\n"):
        found = item(f"{head}{line}\n{PROSE}{PROSE}")
        assert found.publisher == publisher
        assert "大明" not in found.title_zh


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("从３０到300　社工的十年", "从３０到300 社工的十年"), ("社工走进“小候鸟”家庭！", "社工走进“小候鸟”家庭！"), ("十年 — 社工站的故事", "十年 — 社工站的故事"),
        ("紹興：社會工作者（一線）上崗", "绍兴：社会工作者（一线）上岗"),
    ],
)  # fmt: skip
def test_title_is_as_printed(printed: str, title: str) -> None:
    assert item(f"{printed}\n{PROSE}{PROSE}").title_zh == title


@pytest.mark.parametrize(
    "line",
    [
        "2022年5月6日来源：绍兴日报", "2022-05-06 10:00 绍兴日报", "发布时间：2022-05-06", "绍兴日报 2022年5月6日", "2022年5月6日 来源：绍兴日报 记者 李大明",
    ],
)  # fmt: skip
def test_line_with_the_date_is_not_a_title(line: str) -> None:
    found = item(f"{line}\n{PROSE}{PROSE}")
    assert (found.title_zh, found.title_start) == ("", found.title_end)
    assert whole_document(normalize(line), None).title_zh == ""


def test_names_keep_their_printed_brackets() -> None:
    found = names("绍兴市印发《关于加强乡镇（街道）社工站建设的意见》,绍兴市民政局到场。")
    assert {"关于加强乡镇（街道）社工站建设的意见", "绍兴市民政局"} <= {name.name_zh for name in found}


def test_newspaper_page_of_two_articles() -> None:
    text = f"2021年05月06日\n第003版:要闻\n社工有了新家\n绍兴晚报讯 {PROSE}{PROSE}\n(甲乙)\n新闻链接\n社工是谁\n{PROSE}{PROSE}\n"
    items = find_items(normalize(text))
    assert [item.title_zh for item in items] == ["社工有了新家", "社工是谁"]
    assert items[0].publisher == "绍兴晚报"
    assert {item.published for item in items} == {Period(date(2021, 5, 6), date(2021, 5, 6), "stated", "day")}


def test_page_of_dated_headlines() -> None:
    text = "要闻\n[2021-05-03] 诸暨市新增持证社工20名\n[2021-05-02] 绍兴市今天晚间有小雨\n[2021-05-01] 越城区的社工站开门三周年\n共9页\n"
    found = [item.title_zh for item in find_items(normalize(text))]
    assert found == ["诸暨市新增持证社工20名", "越城区的社工站开门三周年"]


def test_entries_of_other_pages_have_a_headline_a_snippet_and_a_date() -> None:
    text = "相关阅读\n诸暨市新增持证社工20名\n据诸暨日报报道,这些社工走进了村子……\n2021-05-03\n越城区的社工站开门三周年\n2021-05-01\n"
    found = item(text)
    assert found.title_zh == "诸暨市新增持证社工20名"
    assert found.published == Period(date(2021, 5, 3), date(2021, 5, 3), "stated", "day")
    assert text[found.start : found.end].endswith("\n2021-05-03")


def test_chronicle_is_no_list_of_headlines() -> None:
    text = f"诸暨社工大事记\n{PROSE}{PROSE}\n2016年3月1日,诸暨社工协会成立了\n2017年3月1日,诸暨社工开始入户\n2018年3月1日,诸暨社工满了百人\n"
    article = item(text)
    assert text[article.start : article.end] == text.strip()


@pytest.mark.slow
def test_long_page_takes_seconds() -> None:
    text = f"诸暨市有社工站9个,枫桥镇有2个,全市都有。{PROSE}" * 4000
    plain, start = normalize(text), time.process_time()
    items = find_items(plain)
    found = find_places(plain, GAZETTEER, {}, items)
    find_names(plain, found, NO_NAMES)
    for place in found[:: len(found) // 500]:
        regions_at(plain, found, items, place.end, place.end + 1)
    assert time.process_time() - start < 20
