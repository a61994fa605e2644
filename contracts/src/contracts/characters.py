"""Which characters a text may have: those that somebody can read, and whose order nobody has turned round in secret."""

import re
import unicodedata
from typing import Final

_ANYWHERE: Final = "\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_IN_LINES: Final = re.compile(f"[{_ANYWHERE}]")
_IN_A_LINE: Final = re.compile(f"[\n\u2028\u2029{_ANYWHERE}]")
_EMPTY: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENDS: Final = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}


def is_readable(text: str, *, many_lines: bool = True) -> bool:
    """Whether the text has no control character, noncharacter or half a pair, and ends every turn of its direction.

    Source: Unicode 16, sections 23.1 and 23.7; UAX 9, sections 2.1 to 2.5: a turn ends with its paragraph.
    """
    if (_IN_LINES if many_lines else _IN_A_LINE).search(text):
        return False
    return all(_turns_back(each) for each in re.split("[\n\u2029]", text))


def is_blank(text: str) -> bool:
    """Whether whoever looks at the text sees nothing: spaces, what only shapes other text, empty letters."""
    return all(unicodedata.category(each)[0] in "ZC" or each in _EMPTY for each in text)


def _turns_back(line: str) -> bool:
    waits: list[str] = []
    for each in _TURNS.findall(line):
        if each in _ENDS:
            waits.append(_ENDS[each])
        elif not waits or waits.pop() != each:
            return False
    return not waits
