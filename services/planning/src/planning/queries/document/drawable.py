"""What the PDF's fonts can draw, and what stands for all else: PDF/UA refuses a text with a sign that is not drawn.

`templates/drawable.txt` lists the characters that typst's own fonts (Libertinus Serif, New Computer Modern, DejaVu Sans
Mono) draw: Latin, Greek, Cyrillic, Hebrew, Arabic and mathematics. A test draws them all.
"""

from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import category, normalize

TEMPLATES: Final = Path(__file__).parent / "templates"
MARK: Final = "□"
SAID: Final = f"Et {MARK} står for et tegn, som skriften her ikke har; siden med det samme indhold viser det. "
_KEPT: Final = "\n\u00a0\u00ad\u200c"  # where a word may part, and where Persian and Kurdish letters do not join
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})


class Drawing(dict[int, str]):
    """For each character what is drawn: itself, the same in plainer letters, nothing if unseen, or the mark."""

    def __init__(self, letters: frozenset[str]) -> None:
        super().__init__()
        self._letters = letters | frozenset(_KEPT)

    def __missing__(self, code: int) -> str:
        """What stands for a character that is met for the first time."""
        own = chr(code)
        plainer = normalize("NFKC", own)
        if own.isspace() and own not in _KEPT:
            drawn = " "
        elif own in self._letters:
            drawn = own
        elif category(own) in _UNSEEN or not plainer.strip():
            drawn = ""
        else:
            drawn = plainer if self._letters.issuperset(plainer) else MARK
        self[code] = drawn
        return drawn

    def of(self, text: str) -> str:
        """The text as it is drawn."""
        return normalize("NFC", text).translate(self)


@cache
def drawings() -> tuple[Drawing, ...]:
    """What all fonts together draw; of that what stands alone; and of that what one font draws."""
    letters = frozenset(map(chr, covered()))
    alone = frozenset(each for each in letters if not category(each).startswith("M"))
    return Drawing(letters), Drawing(alone), Drawing(frozenset(each for each in alone if ord(each) < 0x250))


def covered() -> list[int]:
    """The code points that some font draws."""
    ranges = (each.partition("-") for each in (TEMPLATES / "drawable.txt").read_text(encoding="ascii").split())
    return [code for first, _, last in ranges for code in range(int(first, 16), int(last or first, 16) + 1)]
