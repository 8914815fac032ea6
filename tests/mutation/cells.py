"""Cells that a schema forbids, generated for each column from its form and constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shegong.package.cells import RULES, form_of
from shegong.package.schema import Field

ODD_SPACES = "\u00a0\u1680\u2000\u2002\u2003\u2009\u202f\u205f\u3000"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\ufe0f\u2800\u034f\u115f\uffa0\U000e0101"
BIDIRECTIONAL = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
CONTROLS = "\x01\x07\x08\t\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029"
NO_CHARACTERS = "\ue000\uf8ff\U000f0000\u0378\ufffe\uffff\U0001fffe\U000e0001\U000e0041"
HIDDEN = ODD_SPACES + ZERO_WIDTH + BIDIRECTIONAL + CONTROLS + NO_CHARACTERS
NOT_COMPOSED = "{}e\u0301|{}u\u0308|{}i\u030c|{}\u1100\u1161|{}\u304b\u3099|{}\uf900|\u212b{}|{}\u0344"
MARKUP = "<b>{}</b>|{}<br>|<script>{}</script>|{} > 1|< {}|<!-- {} -->"
FORMULAS = '={}|+{}|-{}|@{}|=1+{}|=HYPERLINK("x"){}'
MARKS = ' {}|{} |\t{}|{}\u00a0|\u3000{}|\u200b{}|{}\ufeff|={}|\'{}|{}\u202e|<i>{}</i>|"{}"'
FORBIDDEN = {
    "string": f" {{}}|{{}} | {{}} | |\u3000{{}}|{{}}\u00a0|\ufeff{{}}|{{}}\u200b|{NOT_COMPOSED}|{MARKUP}|{FORMULAS}",
    "verbatim": f"{MARKUP}|{FORMULAS}",
    "uri": (
        "www.example.org|ftp://example.org/|javascript:alert(1)|http://|HTTPS://example.org|https:/example.org|example|"
        "//example.org|data:text/html,x|file:///etc/hosts|mailto:a@b.c|x{}| {}|{} |={}|{} x|{}<x|{}>x"
    ),
    "integer": (
        "many|{}.0|{}.5|1e3|+{}|0{}|-0|--1|0x10|1,000|1_000|1 000|nan|inf|null|NA|true|½|二|1111111111111111111|"
        f"9223372036854775808|#REF!|-|１０３０|٠١٢|{MARKS}"
    ),
    "number": (
        "many|2.0|2.50|1.23456|.5|5.|1e3|1E3|+{}|0{}|-0|-0.0|0.0|0.00001|nan|NaN|inf|-inf|null|NA|true|1,5|1,000|−5|50%|"
        f"1/2|½|二|0x10|1_000|1111111111111111|#DIV/0!|1.2.3|$5|5人|１.５|٠١٢|{MARKS}"
    ),
    "date": (
        "2023-2-3|20230203|2023/02/03|03-02-2023|2023.02.03|2023-02|2023|soon|44960|2023-02-03T00:00:00|"
        "2023-02-03 00:00|2023-02-03Z|-2023-02-03|+2023-02-03|2023-W05-5|0000-01-01|0999-12-31|10000-01-01|23-02-03|"
        "2023年2月3日|2023-034|3 Feb 2023|2023-02-30|2023-02-29|1900-02-29|2023-04-31|2023-13-01|2023-00-10|2023-01-00|"
        f"2023-01-32|9999-99-99|２０２０-01-01|٢٠٢٠-01-01|{MARKS}"
    ),
    "boolean": f"TRUE|True|FALSE|False|t|f|yes|no|1|0|on|是|null|truefalse|{MARKS}",
}
"""For each form what a good cell `{}` becomes; for text also each hidden character."""
INSIDE = {"string": HIDDEN, "verbatim": CONTROLS, "uri": HIDDEN}
MISFITS = ("{}!", "{} {}", "{}_", "_{}", "{}。", "x {}", "{}é", "../{}", "{}/", "{}--{}", ".{}", "x")


def misshapen(field: Field, cell: str) -> Iterator[tuple[str, str]]:
    """Yield cells that do not have the form of a column, and the rule that they break."""
    form = form_of(field)
    shapes = (*FORBIDDEN[form].split("|"), *("{}" + character + "x" for character in INSIDE.get(form, "")))
    yield from ((RULES[form].id, shape.replace("{}", cell)) for shape in shapes)


def broken_promises(field: Field, cell: str) -> Iterator[tuple[str, str]]:
    """Yield cells of the right form that break a constraint of a column, and the rule that they break."""
    if field.required:
        yield "cell-required", ""
    if field.categories:
        label = field.categories[0].label.title()
        codes = ("no_such_code", cell.swapcase(), f"{cell}s", f"{cell}, {cell}", cell[:-1], label, "n/a")
        yield from (("cell-enum", code) for code in codes)
    if field.pattern is not None:
        tries = (cell.swapcase(), cell[:1], cell.replace("-", "_"), *(shape.replace("{}", cell) for shape in MISFITS))
        yield from (("cell-pattern", new) for new in tries if not re.fullmatch(field.pattern, new))
    for rule, bound, step in (("cell-minimum", field.minimum, -1), ("cell-maximum", field.maximum, 1)):
        if bound is not None:
            yield from ((rule, str(int(bound) + step * size)) for size in (1, 1000))
    for rule, length, step in (("cell-min-length", field.min_length, -1), ("cell-max-length", field.max_length, 1)):
        if length is not None:
            yield from ((rule, character * (length + step)) for character in "x人𠮷")
