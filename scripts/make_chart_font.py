"""Cut the font of the charts out of Noto Sans CJK SC.

    python scripts/make_chart_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

The file is that of Noto Sans CJK 2.004 (Debian package fonts-noto-cjk), under the SIL Open Font License 1.1, which is
beside the result. Only the characters of the charts stay: ASCII, and what the words and the code lists contain. The
licence reserves no name, but a part of a font gets another one, so that it never replaces the whole.
"""

import json
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from shegong.pages.charts.draw import FONT, FONT_FILE
from shegong.pages.charts.words import SIGNS, WORDS

ROOT = Path(__file__).parents[1]
SIMPLIFIED_CHINESE = 2
"""The number of the font in the collection."""
ASCII = "".join(map(chr, range(32, 127)))
RENAMED = {1: FONT, 2: "Regular", 3: f"{FONT} 1", 4: FONT, 6: FONT.replace(" ", "")}
KEPT_NAMES = (0, 5, 13, 14)
"""Copyright, version, licence, and its address."""


def characters() -> str:
    """Return every character that a chart may contain."""
    schema = json.loads((ROOT / "schemas/sources.json").read_text("utf-8"))
    (authority,) = [field for field in schema["fields"] if field["name"] == "authority"]
    labels = [label for code in authority["categories"] for label in (code["label"], code["label_zh"])]
    return "".join(sorted({*ASCII, *repr(WORDS), *repr(SIGNS), *"".join(labels)}))


def make_font(source: Path, target: Path) -> None:
    """Write the font; the same bytes each time."""
    font = TTFont(source, fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
    subsetter = Subsetter(Options(layout_features=["kern"], name_IDs=["*"], notdef_outline=True, hinting=False))
    subsetter.populate(text=characters())
    subsetter.subset(font)
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in KEPT_NAMES and record.platformID == 3]
    for number, name in RENAMED.items():
        names.setName(name, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames, top[0].FullName, top[0].FamilyName = [RENAMED[6]], FONT, FONT
    font.save(target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make_font(Path(sys.argv[1]), FONT_FILE)
