"""A file taken in as text, and what is said to be wrong with it; every page here is written for these tests."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shegong.checks.coverage import read_document
from shegong.curation.extract.defects import Defect, find_defects
from shegong.curation.extract.extract_text import MAX_FILE_BYTES, extract_text
from shegong.curation.extract.normalize import normalize
from shegong.curation.extract.pdf_page import MAX_PDF_PAGES
from shegong.curation.extract.script import script_of
from shegong.errors import PackageError
from shegong.package.package import Package

TEXT = """云溪县建成社工站12个
云溪县民政局近日公布,全县9个乡镇已建成社工站12个,持证社工达到340余人。
二〇二一年起,县里每年拿出八十万元购买服务,受益群众2.6万人次。社工们走村入户,替老人跑腿办事,也陪孩子写作业。
下一步,云溪县将在四十六个村设立社工室,让居民在家门口就能找到帮手。
"""
TRADITIONAL = """雲溪縣建成社工站12個
雲溪縣民政局近日公佈,全縣九個鄉鎮已建成社工站十二個,持證社工達到三百四十餘人。
縣裡每年拿出八十萬元購買服務,受益群眾兩萬六千人次。社工們走村入戶,替老人跑腿辦事,也陪孩子寫作業。
下一步,雲溪縣將在四十六個村設立社工室,讓居民在家門口就能找到幫手。
"""
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in TEXT.splitlines()[1:])
END = "社工陈某某说,她喜欢这份工作,也喜欢这里的人,打算在县里一直做下去。"
PAGE = f"""<!DOCTYPE html><html><head><meta charset="CHARSET"><title>云溪县建成社工站12个</title>
<meta name="ContentSource" content="云溪日报"><meta name="PubDate" content="2023-04-05 10:22">
<link rel="canonical" href="https://news.yunxi.example/1.html"></head><body>
<div class="nav"><a href="/">首页</a> <a href="/n">新闻中心</a></div><h1>云溪县建成社工站12个</h1>
<div class="content">{PARAGRAPHS}</div><div class="footer">版权所有 云溪新闻网</div></body></html>"""

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return written


def _refusal(path: Path, encoding: str | None = None) -> str:
    with pytest.raises(PackageError) as error:
        extract_text(path, encoding)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def _found(text: str) -> dict[str, Defect]:
    return {defect.kind: defect for defect in find_defects(text)}


# A text


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").rstrip().encode(), f"{TEXT}\u200b\ufffd 社\u3000工\t".encode(),
    ],
)  # fmt: skip
def test_utf8_text_stays_as_it_is_byte_for_byte(write: Write, content: bytes) -> None:
    extracted = extract_text(write("page.txt", content))
    assert extracted.content == extracted.original == content
    assert extracted.text == content.decode("utf-8")
    assert (extracted.media, extracted.encoding, extracted.script) == ("text", "utf-8", "Hans")
    assert extracted.original_sha256 == hashlib.sha256(content).hexdigest()
    assert extract_text(write("page.txt", content), "UTF-8-SIG").content == content


@pytest.mark.parametrize(
    ("text", "codec", "script"),
    [
        (TEXT, "gb18030", "Hans"), (TEXT * 12, "gb18030", "Hans"), (TRADITIONAL, "gb18030", "Hant"),
        (TRADITIONAL, "big5", "Hant"),
        (TRADITIONAL * 12, "big5", "Hant"), (f"{TRADITIONAL}二〇二一年", "big5hkscs", "Hant"), (TEXT, "utf-16", "Hans"),
    ],
)  # fmt: skip
def test_encoding_is_recognised_and_said(write: Write, text: str, codec: str, script: str) -> None:
    extracted = extract_text(write("page.txt", text.encode(codec)))
    assert (extracted.text, extracted.encoding, extracted.other_encodings) == (text, codec, ())
    assert (extracted.content, extracted.original) == (text.encode("utf-8"), text.encode(codec))
    assert extracted.script == script


def test_every_piece_of_eight_characters_tells_its_encoding(write: Write) -> None:
    for text, codec in ((TEXT, "gb18030"), (TRADITIONAL, "big5")):
        plain = re.sub(r"[^\u4e00-\u9fff]", "", text)
        for start in range(0, len(plain) - 8, 8):
            piece = plain[start : start + 8]
            assert extract_text(write("page.txt", piece.encode(codec))).text == piece


def test_encoding_that_is_given_wins(write: Write) -> None:
    path = write("page.txt", "社工".encode("gbk"))
    assert extract_text(path, "gb2312").text == "社工"
    assert extract_text(path, "big5").text == "扦馱"  # the same bytes, as told
    assert extract_text(write("page.txt", TEXT.encode("utf-16-le")), "utf-16-le").text == TEXT


def test_encodings_that_read_as_well_are_told(write: Write) -> None:
    extracted = extract_text(write("page.txt", "村里".encode("gbk")))
    assert {extracted.encoding, *extracted.other_encodings} == {"gb18030", "big5"}


@pytest.mark.parametrize(("name", "expected"), [("2023-04 page (1).TXT", "2023-04-page-1.txt"), (".page", "page.txt")])
def test_file_name_is_plain(write: Write, name: str, expected: str) -> None:
    assert extract_text(write(name, TEXT.encode())).file_name == expected


def test_documents_of_the_package_come_in_as_they_are(package: Package, documents: Path) -> None:
    for row in package.rows("documents"):
        extracted = extract_text(documents / row["file_name"])
        assert extracted.content == extracted.original
        assert extracted.text == read_document(documents / row["file_name"])
        assert (extracted.encoding, extracted.file_name, extracted.script) == ("utf-8", row["file_name"], row["script"])
        assert extracted.original_sha256 == row["sha256"]
        assert (len(extracted.content), len(extracted.text)) == (int(row["bytes"]), int(row["characters"]))


# What is refused


GB = TEXT.encode("gb18030")
REFUSED = [
    (b"", None, "is empty"), (b"\xef\xbb\xbf\r\n\t", None, "contains only white space"),
    (b"{\\rtf1 }", None, "is an RTF file"),
    (b"\x89PNG\r\n\x1a\n", None, "is an image, expected text, HTML or PDF"),
    (TEXT.encode() + b"\x00", None, "is binary, not text"),
    (b"PK\x03\x04\x14", None, "is a Word, Excel or ZIP file, expected text, HTML or PDF"),
    (GB + b"\xff", None, "gb18030: byte"),
    (b"Only English here.", None, "contains no Chinese text, expected a Chinese document (decoded as utf-8"),
    (TEXT.encode()[:-2], None, "the encoding is not recognized (utf-8: byte"),
    ("Über naïve Häuser".encode("latin-1"), None, "the encoding is not recognized"),
    ("これは日本語のテキストです。社会福祉の仕事。".encode("shift_jis"), None, "the encoding is not recognized"),
    (GB, "klingon", "'klingon' is not a text encoding"), (GB, "a\x00b", "'a\\x00b' is not a text encoding"),
    (GB, "hex", "cannot be decoded as hex: 'hex' is not a text encoding"),
    (GB, "utf-8", "cannot be decoded as utf-8: byte 0 is 0xD4"),
    (GB, "latin-1", "contains no Chinese text, expected a Chinese document (decoded as iso8859-1"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "encoding", "message"), REFUSED)
def test_bad_file_or_encoding_is_refused_in_one_line(
    write: Write, content: bytes, encoding: str | None, message: str
) -> None:
    assert message in _refusal(write("page.txt", content), encoding)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "nowhere.txt") == "file not found"
    assert _refusal(tmp_path) == "is a folder, expected a file"


@pytest.mark.slow
def test_page_of_50_megabytes_and_text_that_grows_beyond_the_limit_are_refused(write: Write) -> None:
    started = time.perf_counter()
    assert _refusal(write("page.html", bytes(50_000_000))) == "is larger than 10 MB, the limit. Split the file"
    assert time.perf_counter() - started < 2
    grows = ("社工站" * (MAX_FILE_BYTES // 6)).encode("gb18030")
    assert _refusal(write("page.txt", grows)) == "has more than 10 MB of text, the limit. Split the file"


# HTML


@pytest.mark.slow
@pytest.mark.parametrize(
    ("charset", "codec", "said"),
    [
        ("utf-8", "utf-8", "utf-8"), ("gb2312", "gb18030", "gb2312"), ("utf-8", "gb18030", "gb18030"),
        ("gbk", "utf-8", "utf-8"), ("utf-8", "utf-8-sig", "utf-8"), ("x-unknown", "utf-16", "utf-16"),
    ],
)  # fmt: skip
def test_page_gives_its_main_text_and_what_it_states(write: Write, charset: str, codec: str, said: str) -> None:
    extracted = extract_text(write("page.html", PAGE.replace("CHARSET", charset).replace("〇", "零").encode(codec)))
    assert extracted.text == TEXT.replace("〇", "零").rstrip()
    assert extracted.content == extracted.text.encode()
    assert (extracted.media, extracted.encoding) == ("html", said)
    assert (extracted.page.title, extracted.page.publisher) == ("云溪县建成社工站12个", "云溪日报")
    assert (extracted.page.url, extracted.page.published) == ("https://news.yunxi.example/1.html", "2023-04-05")


@pytest.mark.slow
def test_page_states_nothing_that_only_its_sentences_say(write: Write) -> None:
    page = f"<html><body>{PARAGRAPHS}<p>2019年3月1日挂牌。</p></body></html>"
    extracted = extract_text(write("saved.txt", page.encode()))
    assert (extracted.media, extracted.file_name) == ("html", "saved.txt")
    stated = extracted.page
    assert (stated.title, stated.publisher, stated.url, stated.published) == ("", "", "", "")


@pytest.mark.slow
@pytest.mark.parametrize("body", ["", "<script>var 社工 = 1</script><div id='app'></div>", "<div>" * 20_000 + "社工"])
def test_page_without_main_text_is_refused(write: Write, body: str) -> None:
    message = _refusal(write("page.html", f"<html><head><title>社工</title></head><body>{body}</body></html>".encode()))
    assert message == "no main text was found in the page. Save its text as a .txt file"


RAISED = [
    ("<p>共有社工1286<sup>[2]</sup>名,三百<sup>3</sup>名</p>", "共有社工1286名,三百名"),
    ("<p>共有社工1286<sup>1</sup><sup>,</sup><sup>12</sup>名</p>", "共有社工1286名"),
    ("<p>共有社工1286<a href='#n'><sup>*</sup></a>名</p>", "共有社工1286名"),
    ("<p>共有社工<sup>1</sup>286名</p>", "共有社工286名"),
    ("<p>共有社工1286<sub>2</sub>名</p>", "共有社工1286名"),
    ("<p>共有社工1286<span style='vertical-align: super'>2</span>名</p>", "共有社工1286名"),
    ("<p>共有社工1286<sup>345</sup>名</p>", "共有社工1286³⁴⁵名"),
    ("<p>共有社工1<sup>,</sup>286名</p>", "共有社工1,286名"),
    ("<p>站房1286m<sup>2</sup>,CO<sub>2</sub>少了</p>", "站房1286m²,CO₂少了"),
    ("<p>受益10<sup>4</sup>人次,1<sup>1</sup>/<sub>2</sub>天</p>", "受益10⁴人次,1¹/₂天"),
    ("<p>社工站<sup>云溪县共有12个</sup>34</p>", "社工站云溪县共有12个34"),
]
"""Raised text, which never joins a number."""
NOT_DISPLAYED = [
    ("<p>共有<del>30</del>28名,<s>7</s><strike>6</strike><ins>5</ins>个站</p>", "共有28名,5个站"),
    ("<p>共有<span style='text-decoration: line-through'>30</span>28名</p>", "共有28名"),
    ("<p>共有<span style='Display : none'>30</span><b hidden>4</b>28名</p>", "共有28名"),
    ("<p>共有<i style='visibility:hidden'>30</i><i style='font-size:0px'>4</i>28名</p>", "共有28名"),
    ("<p>共有<i style='opacity:0.9'>30</i>名</p>", "共有30名"),
    ("<p>共有<noscript>30</noscript><template>4</template>28名</p>", "共有28名"),
    ("<p>社工<i aria-hidden='true'>&#xe601;</i>站<b aria-hidden='true'>12个</b></p>", "社工站12个"),
    ("<p><ruby>社<rp>(</rp><rt>shè</rt><rp>)</rp></ruby>工12个</p>", "社工12个"),
    ("<p>共有1<!-- 9 -->2<wbr>8&shy;6&#8203;5&#50;名</p>", "共有128652名"),
]
SEPARATE = [
    ("<ul><li>社工41名</li><li>社工站9个<ul><li>12</li></ul></li></ul>", "社工41名\n社工站9个\n12"),
    ("<dl><dt>社工</dt><dd>41</dd><dd>9</dd></dl>", "社工\n41\n9"),
    ("<ul><li><a href='/'>首页</a></li><li><a href='/n'>新闻</a></li></ul>", ""),
    ("<p>社工1<br>286名</p>", "社工1\n286名"),
    ("<table><tr><td><ul><li>社工41名</li><li>站9个</li></ul></td></tr></table>", "社工41名\n站9个"),
    ("<table><tr><td>甲<ul><li>1</li><li>286</li></ul></td><td>5</td></tr></table>", "| 甲；1；286 | 5 |"),
    ("<table><tr><td>1<br>286</td><td><p>社工。</p><p>9</p></td></tr></table>", "| 1；286 | 社工。9 |"),
    ("<table><tr><td>1</td><td>286</td></tr><tr><td>2</td><td>3</td></tr></table>", "| 1 | 286 |\n| 2 | 3 |"),
    ("<table><caption>表1 社工12个</caption><tr><td>4</td><td>5</td></tr></table>", "表1 社工12个\n| 4 | 5 |"),
    ("<figure><img src='1.jpg'><figcaption>图为12名社工</figcaption></figure>", "图为12名社工"),
    ("<details><summary>更多</summary>社工13名</details>", "更多\n社工13名"),
]
"""Pieces that the layout separates."""


@pytest.mark.parametrize(("piece", "printed"), RAISED + NOT_DISPLAYED + SEPARATE)
def test_text_of_a_page_is_what_it_displays(write: Write, piece: str, printed: str) -> None:
    page = f"<html><body><h1>云溪县建成社工站12个</h1><div>{PARAGRAPHS}{piece}<p>{END}</p></div></body></html>"
    text = extract_text(write("page.html", page.encode())).text
    found = text.split(TEXT.splitlines()[-1])[1].split(END)[0].strip()
    assert re.sub(" +\n", "\n", found) == printed


def test_page_that_a_script_shows_is_read(write: Write) -> None:
    body = f"<div id='js_content' style='visibility: hidden; opacity: 0;'>{PARAGRAPHS}</div>"
    extracted = extract_text(write("page.html", f"<html><body>{body}</body></html>".encode()))
    assert extracted.text == "\n".join(TEXT.splitlines()[1:])


# PDF


def _register(font: str) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(font))


def _pdf(path: Path, pages: list[list[str]], font: str = "STSong-Light", **options: object) -> Path:
    """A PDF of paragraphs that are wrapped as its paper demands."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    _register(font)
    style = ParagraphStyle("body", fontName=font, fontSize=14, leading=22, wordWrap="CJK", firstLineIndent=28)
    story = []
    for page in pages:
        story += [*(Paragraph(line, style) for line in page), Spacer(1, 1), PageBreak()]
    SimpleDocTemplate(str(path), **options).build(story)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "font", "script"), [(TEXT, "STSong-Light", "Hans"), (TRADITIONAL, "MSung-Light", "Hant")]
)
def test_pdf_gives_its_text_with_sentences_whole(tmp_path: Path, text: str, font: str, script: str) -> None:
    extracted = extract_text(_pdf(tmp_path / "page.pdf", [text.splitlines()], font, title="云溪县社工站"))
    sentences = [[part for part in re.split(r"\s*\n\s*|(?<=。)", whole) if part] for whole in (extracted.text, text)]
    assert sentences[0] == sentences[1]
    assert (extracted.media, extracted.encoding, extracted.script) == ("pdf", "", script)
    assert (extracted.file_name, extracted.page.title, extracted.page.published) == ("page.txt", "云溪县社工站", "")


@pytest.mark.slow
def test_pdf_that_cannot_be_read_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from pypdf import PdfWriter

    good = _pdf(tmp_path / "good.pdf", [TEXT.splitlines()])
    assert "has no text layer. Run character recognition" in _refusal(_pdf(tmp_path / "scan.pdf", [[], []]))
    assert "contains no Chinese text" in _refusal(_pdf(tmp_path / "latin.pdf", [["Only English here."]]))
    assert "has no --encoding" in _refusal(good, "gbk")
    (tmp_path / "cut.pdf").write_bytes(good.read_bytes()[:400])
    assert "is broken and cannot be parsed as PDF" in _refusal(tmp_path / "cut.pdf")
    for name, password in (("locked", "secret"), ("permissions", "")):
        writer = PdfWriter(good)
        writer.encrypt(password, "owner", algorithm="AES-256")
        writer.write(tmp_path / f"{name}.pdf")
    assert _refusal(tmp_path / "locked.pdf") == "is encrypted. Save it without a password first"
    assert "340余人" in extract_text(tmp_path / "permissions.pdf").text
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_pdf_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(MAX_PDF_PAGES + 1):
        writer.add_blank_page(100, 100)
    writer.write(tmp_path / "page.pdf")
    assert _refusal(tmp_path / "page.pdf") == "has 501 pages, expected at most 500. Split the file"


Run = tuple[float, float, float, str]
"""Left edge, height, size and text; without a left edge it follows the run before, with this rise."""


@pytest.mark.parametrize(
    ("runs", "printed"),
    [
        ([(40, 700, 12, "站房286m"), (88, 705, 7, "2"), (92, 700, 12, "大")], "站房286m²大"),
        ([(40, 700, 12, "持证社工286"), (106, 698, 6, "2"), (110, 700, 12, "名")], "持证社工286名"),
        ([(40, 705, 6, "2"), (43, 700, 12, "286名社工")], "286名社工"),
        ([(40, 700, 12, "社工286"), (82, 705, 6, "[2]"), (40, 680, 12, "12个站")], "社工286\n12个站"),
        ([(40, 700, 24, "社工12"), (40, 678, 12, "34个站")], "社工12\n34个站"),
        ([(40, 700, 12, "社工12"), (300, 703, 9, "34"), (340, 700, 12, "个站")], "社工12 34 个站"),
        ([(0, 0, 12, "持证社工286"), (0, 4, 6, "2"), (0, 0, 12, "名")], "持证社工286名"),
        ([(0, 0, 12, "持证社工286"), (0, 4, 12, "2"), (0, 0, 12, "名")], "持证社工286名"),
        ([(0, 0, 12, "持证社工286"), (0, -5, 9, "2"), (0, 0, 12, "名")], "持证社工286名"),
    ],
)
def test_raised_run_never_joins_a_number(tmp_path: Path, runs: list[Run], printed: str) -> None:
    from reportlab.pdfgen.canvas import Canvas

    _register("STSong-Light")
    canvas = Canvas(str(tmp_path / "page.pdf"))
    line = canvas.beginText(40, 800)
    line.setFont("STSong-Light", 12)
    line.textLine("社工" * 20)
    for left, height, size, text in runs:
        line.setFont("STSong-Light", size)
        line.setTextOrigin(left, height) if left else line.setRise(height)
        line.textOut(text)
    canvas.drawText(line)
    canvas.save()
    assert extract_text(tmp_path / "page.pdf").text.removeprefix("社工" * 20).strip() == printed


def _font_pdf(path: Path, font: str, shown: str) -> Path:
    """Write a PDF with a line in a readable font and one in a font of its own, which may map one character."""
    partial_map = "1 beginbfchar\n<0013> <0032>\nendbfchar\n"
    content = f"BT /F1 12 Tf 40 700 Td <{'社工共有'.encode('utf-16-be').hex()}> Tj 0 -20 Td /F2 12 Tf {shown} Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 7 0 R>>>>>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
        font,
        "<</Type/FontDescriptor/FontName/ABCDEF+SimHei/Flags 4>>",
        f"<</Length {len(partial_map)}>>\nstream\n{partial_map}\nendstream",
    ]
    bodies = "".join(f"{number} 0 obj\n{body}\nendobj\n" for number, body in enumerate(objects, 1))
    path.write_text(f"%PDF-1.5\n{bodies}trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF", "ascii")  # pypdf makes the index
    return path


TYPE_0 = "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+SimHei/Encoding/{}/DescendantFonts[6 0 R]>>"
RAISED_STATE = "ET q BT 4 Ts /F2 6 Tf 59 680 Td <0031> Tj ET Q BT /F2 12 Tf 60 680 Td <00330034>"
"""Text with a rise, which ends with its graphics state, and text after it."""
SIMPLE = "<</Type/Font/Subtype/{}/BaseFont/ABCDEF+SimHei/FontDescriptor 8 0 R{}>>"


@pytest.mark.parametrize(
    ("font", "shown", "named"),
    [
        (TYPE_0.format("Identity-H"), "<001300190017>", "ABCDEF+SimHei, Identity-H"),
        (TYPE_0.format("Identity-V"), "<001c001c>", "ABCDEF+SimHei, Identity-V"),
        *((TYPE_0.format(name), "<323836>", name) for name in ("GBKp-EUC-H", "GBT-EUC-H", "UniGB-UTF8-H", "CNS-EUC-V")),
        (TYPE_0.format("Identity-H/ToUnicode 9 0 R"), "<001300190017>", "ABCDEF+SimHei, for some characters"),
        (SIMPLE.format("TrueType", ""), "(!%)", "ABCDEF+SimHei"),
        (SIMPLE.format("Type3", "/Encoding<</Differences[33/g12/g13]>>"), "(!)", "ABCDEF+SimHei"),
    ],
)
def test_font_without_a_map_to_unicode_is_refused(tmp_path: Path, font: str, shown: str, named: str) -> None:
    message = _refusal(_font_pdf(tmp_path / "page.pdf", font, shown))
    assert message.startswith("page 1 has text in a font without a map to Unicode (")
    assert f"{named})" in message


READ = [
    (TYPE_0.format("GBK-EUC-H"), f"<{'286名'.encode('gbk').hex()}>", "286名"),
    (TYPE_0.format("GBK2K-V"), f"<{'286名'.encode('gb18030').hex()}>", "286名"),
    (TYPE_0.format("UniGB-UTF16-H"), f"<{'286名'.encode('utf-16-be').hex()}>", "286名"),
    ("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", "(286)", "286"),
    (SIMPLE.format("TrueType", "/Encoding/WinAnsiEncoding"), "(286)", "286"),
    (SIMPLE.format("Type1", "/Encoding<</Differences[33/two/uni0038/six]>>"), '(!"#)', "286"),
    (TYPE_0.format("Identity-H/ToUnicode 9 0 R"), "<00130013>", "22"),
    (TYPE_0.format("Identity-H"), "<>", ""),
    (TYPE_0.format("UniGB-UTF16-H"), f"<{'286'.encode('utf-16-be').hex()}> Tj {RAISED_STATE}", "28634"),
]


@pytest.mark.parametrize(("font", "shown", "printed"), READ)
def test_font_that_names_its_characters_is_read(tmp_path: Path, font: str, shown: str, printed: str) -> None:
    assert extract_text(_font_pdf(tmp_path / "page.pdf", font, shown)).text.strip() == f"社工共有{printed}"


# Script and normalization


@pytest.mark.parametrize(("text", "script"), [("乾县社工站", "Hans"), ("徵", "Hans"), ("於潛鎮", "Hant")])
def test_character_of_a_name_does_not_decide_the_script(text: str, script: str) -> None:
    assert script_of(text) == script
    assert "mixed-script" not in _found(text)


@pytest.mark.parametrize(
    ("received", "reading"),
    [
        ("⼀是⺠政,⼆⼗三⽇", "一是民政,二十三日"), ("乾县、於潜镇", "乾县、於潜镇"), ("乾縣民政局", "乾县民政局"),
        ("1286²名,10⁴人,1½天,3①", "1286²名,10⁴人,1½天,3①"), ("１２个", "12个"),
    ],
)  # fmt: skip
def test_text_reads_as_its_characters_look(received: str, reading: str) -> None:
    normalized = normalize(received)
    assert (normalized.received, normalized.text) == (received, reading)
    assert normalized.offsets == tuple(range(len(received)))


# Defects


def test_clean_text_has_no_defect() -> None:
    assert find_defects(TEXT) == find_defects(TEXT.rstrip()) == find_defects(TEXT.replace("\n", "\r\n")) == ()
    assert find_defects("") == ()
    assert [defect.sentence for defect in find_defects(TRADITIONAL)] == ["Traditional script."]


GARBLED = "云溪县民政局公布社工站".encode().decode("gbk", "replace").replace("\ufffd", "?")


@pytest.mark.parametrize(
    ("kind", "text", "places"),
    [
        ("pinyin", "社會(huì)工作服務(wù)的(de)人(次)(NGO),站(km)", ["(huì)", "(wù)", "(de)"]),
        ("mixed-script", f"{TEXT}蘇家村", ["蘇"]),
        ("mixed-script", f"{TRADITIONAL}苏家村在這裡", ["苏"]), ("mojibake", f"{TEXT}{GARBLED}\n社工站。", [GARBLED]),
        ("mojibake", f"社工锟斤拷站,服务队?{chr(0x3109)}?、柿子", ["锟斤拷", chr(0x3109)]),
        ("mojibake", f"{TEXT}{'社工站'.encode().decode('cp1252', 'replace')}\n", ["ç¤¾å·¥ç«™"]),
        ("replacement-character", "社\ufffd\ufffd站\ufffd", ["\ufffd\ufffd", "\ufffd"]),
        ("private-use", "社工\ue123站", ["\ue123"]),
        ("lost-character", "打造幸福?邻里站,你来吗?我来", ["?"]), ("lost-character", "志願服務隊(duì)?、工作站", ["?"]),
        ("compatibility-form", "社⼯站共有⼈员", ["⼯", "⼈"]), ("byte-order-mark", "\ufeff社工", ["\ufeff"]),
        ("control-character", "\ufeff社\u200b工\x07站\u2028", ["\u200b", "\x07", "\u2028"]),
        ("markup", "社工&nbsp;站<br/>十<二", ["&nbsp;", "<br/>"]),
        ("broken-line", f"{'社工走村入户' * 8}\n\n替老人办事。\n站,\n人", ["社工走村入户" * 8, "站,"]),
        ("repeated-line", "云溪县社工站揭牌\n一\n云溪县社工站揭牌 \n一\n2023-04-05\n2023-04-05", ["云溪县社工站揭牌 "]),
        ("repeated-line", "优秀服务案例名单优秀服务案例名单", ["优秀服务案例名单优秀服务案例名单"]),
        ("boilerplate", "责 任 编 辑:某某\n资金来源多样\n2023-10-13 打印本页", ["责 任 编 辑:某某", "2023-10-13 打印本页"]),
        ("boilerplate", "相關(guān)閱讀\n上一篇:无\n浙ICP备001号", ["相關(guān)閱讀", "上一篇:无", "浙ICP备001号"]),
    ],
)  # fmt: skip
def test_defect_is_found_where_it_stands(kind: str, text: str, places: list[str]) -> None:
    defect = _found(text)[kind]
    assert [text[start:end] for start, end in defect.spans] == places
    assert defect.total == len(places)


NO_DEFECTS = [
    ("boilerplate", "云溪县社工站揭牌\n发布时间:2023-10-13 19:26:00\n社工走村入户。"),
    ("boilerplate", "云溪县社工站揭牌\n2023-10-13 19:26 来源:云溪日报\n社工走村入户。"),
    ("lost-character", "谁来办?社工来办。你去不去?我去。能否帮忙?可以。有多少人?十人。"),
]


@pytest.mark.parametrize(("kind", "text"), NO_DEFECTS)
def test_line_that_dates_a_page_and_question_are_no_defects(kind: str, text: str) -> None:
    assert kind not in _found(text)


def test_sentence_counts_all_and_the_first_places_are_kept() -> None:
    assert _found("社\r\n工\n站\n")["line-ends"].sentence == "Line ends are mixed: CRLF 1, LF 2."
    defect = _found("社\ufffd工" * 9)["replacement-character"]
    assert (len(defect.spans), defect.total) == (5, 9)
    assert defect.sentence == "U+FFFD stands for characters that are lost (9 times, first at offset 1)."


def test_sentences_fit_a_cell_of_the_tables() -> None:
    broken = "社\ufffd工\ue000<b>\u200b幸福?站(huì)&nbsp;⼯锟斤拷\r\n版权所有的某某网站,\n版权所有的某某网站,\n蘇"
    defects = find_defects(f"\ufeff{broken}")
    assert len(defects) >= 12
    for sentence in (defect.sentence for defect in defects):
        assert sentence.isascii()
        assert sentence.isprintable()
        assert sentence[0] not in "=+-@ "
        assert not set("<>") & set(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("piece", [TEXT, TRADITIONAL, "会(huì", "会?", "(", "会\n", GARBLED, "<a", "会\u200b", "1"])
def test_time_grows_with_the_length_of_the_text(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = (piece * (characters // len(piece) + 1))[:characters]
        started = time.process_time()
        find_defects(text)
        return time.process_time() - started

    seconds(1000)  # the converters load
    assert seconds(200_000) < 40 * max(seconds(20_000), 0.01)
