"""What may identify somebody in a text or an address: a CPR number, a phone number, a mail address, however written.

A text is first read as a person would read it, and then a few patterns are looked for. What merely looks like one of
them (a date, a span of years, opening hours, an amount, an ISBN, a UUID or digest) is taken out before.
"""

# ruff: noqa: RUF001 - letters and dashes that look alike are the point
import re
from html import unescape
from typing import Final
from unicodedata import category, decimal, normalize
from urllib.parse import unquote

_ROUNDS: Final = 20
"""Nobody quotes anything this often who does not want to hide it."""
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me"})
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
_ZEROS_AND_ONES: Final = str.maketrans("OoОоΟοIl", "00000011")
_LOOKALIKE: Final = re.compile(r"(?<![^\W\d_])[0-9OoОоΟο][0-9OoОоΟοIl]+(?![^\W\d_])")

_GAP: Final = r"(?:(?![,;]\s)[\W_]){0,3}"
_DAY: Final = "(?:0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])"  # 60 more stand for a number that is not final
_MONTH: Final = "(?:0[1-9]|1[0-2])"
_YEAR: Final = "(?:1[89]|20)[0-9]{2}"
_NAMED: Final = (
    "(?:jan(?:uar)?|feb(?:ruar)?|mar(?:ts)?|apr(?:il)?|maj|jun[ij]?|jul[iy]?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SERIAL: Final = r"(?:[-–/]?[0-9]{4}(?![0-9]|[-./][0-9])|[\W_]{1,6}[0-9]{4}(?=\W*(?:$|[.,;:)!?\n]))(?![-./][0-9]))"
_CPR: Final = re.compile(
    # Ten digits that begin with a day and a month, whatever stands between them; the usual form also behind others.
    rf"(?<![0-9])(?:0{_GAP}[1-9]|[12]{_GAP}[0-9]|3{_GAP}[01]|6{_GAP}[1-9]|[78]{_GAP}[0-9]|9{_GAP}[01])"
    rf"{_GAP}(?:0{_GAP}[1-9]|1{_GAP}[0-2])(?:{_GAP}[0-9]){{2}}[\W_]{{0,4}}[0-9](?:{_GAP}[0-9]){{3}}(?![0-9])"
    rf"|[0-3][0-9]{_MONTH}[0-9]{{2}}[\W_x]{{1,3}}[0-9]{{4}}(?![0-9])",
    re.IGNORECASE,
)
_CPR_WITH_CENTURY: Final = re.compile(
    "|".join(
        (
            rf"(?<![0-9]){_YEAR}[\W_]{{0,2}}{_MONTH}[\W_]{{0,2}}{_DAY}[\W_]{{0,3}}[0-9]{{4}}(?![0-9]|[-./][0-9])",
            (
                rf"(?:{_DAY}|(?<![0-9])[1-9](?=[\W_]))[\W_]{{0,2}}(?:{_MONTH}|(?<![0-9])[1-9](?=[\W_]))[\W_]{{0,2}}"
                rf"{_YEAR}{_SERIAL}"
            ),
            rf"(?<![0-9])[0-9]{{1,2}}\W{{0,2}}{_NAMED}\W{{0,2}}(?:{_YEAR}|[0-9]{{2}}){_SERIAL}",
            rf"(?<![a-zæøå])cpr[\W_]{{0,3}}(?:nr|nummer)?[\W_]{{0,3}}[0-9](?:{_GAP}[0-9]){{5}}",
        )
    ),
    re.IGNORECASE,
)
_MAIL: Final = re.compile(
    r"@|[(\[{<]\s*(?:at|snabel[\s-]?a)\s*[)\]}>]|[(\[{<]\s*(?:dot|punktum)\s*[)\]}>]"
    r"|\bat\s+\S{1,60}\s+dot\s+\w{2}|\bsnabel[\s-]?a\s+\S{1,60}\s*(?:\.|dot|punktum)\s*\w{2}",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    r"\+[\W_]{0,2}[0-9](?:[\W_]{0,3}[0-9]){3}|(?<![0-9])00[\W_]{0,2}[1-9](?:[\W_]{0,3}[0-9]){7}"
    r"|(?<![a-zæøå])(?:tlf|tel|telefon|mob|mobil|mobiltelefon|phone|fon|sms|whatsapp|viber|telegram)"
    r"[\W_]{0,2}(?:nr|nummer)?[\W_]{0,3}[0-9](?:[\W_]{0,3}[0-9]){3}"
    r"|(?<![0-9])[0-9]{2}(?:[,:][0-9]{2}){3}(?![0-9])|(?<![0-9])[0-9](?:[,:][0-9]){7}(?![0-9])",
    re.IGNORECASE,
)
_RUN: Final = re.compile(r"[0-9](?:(?:[^\w\n,;:%§+=<>]|_){0,3}[0-9])*")
_PARTS: Final = ("2222", "332", "233", "323", "11111111")
"""How many digits stand together where a phone number is written in parts, beside other numbers."""

_UNIT: Final = (
    r"(?=\s?(?:kr\b|kroner|dkk|eur|mio|mia|pct|procent|%|elever|børn|unge|borgere|personer|kvinder|mænd|sager|deltagere"
    r"|kommuner))"
)
_CLOCK: Final = "(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9]"
_MOMENT: Final = re.compile(
    rf"(?<![0-9]){_YEAR}-{_MONTH}-[0-3][0-9]T[0-9]{{2}}:[0-9]{{2}}[0-9:.]*(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?"
)
_IDS: Final = re.compile(
    r"(?<![0-9a-f])(?:(?=[0-9-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|(?=[0-9]*[a-f])[0-9a-f]{32,64})(?![0-9a-f])",
    re.IGNORECASE,
)
_ORDINARY: Final = re.compile(
    "|".join(
        (
            rf"(?<![0-9]){_YEAR}([-/.]){_MONTH}\1[0-3][0-9](?![0-9])",
            rf"(?<![0-9])[0-3]?[0-9][-/.]\s?[01]?[0-9](?:[-/.]\s?|\s){_YEAR}(?![0-9])",
            r"(?<![0-9])(?:19|20)[0-9]{2}(?:\s?[-–—/\s]\s?(?:19|20)[0-9]{2})+(?![0-9])",
            r"\((?:19|20)[0-9]{2}\)",
            rf"(?<![0-9]){_CLOCK}\s?[-–—]\s?{_CLOCK}(?![0-9])",
            rf"(?<![0-9])[0-3][0-9]\.{_MONTH}\.?\s?[-–—]\s?[0-3][0-9]\.{_MONTH}(?![0-9])",
            rf"(?<![0-9])[0-9]{{1,3}}(?:[. ][0-9]{{3}})+(?:,[0-9]+)?(?![0-9]){_UNIT}",
            rf"(?<![0-9])[0-9]{{3,5}}\s?[-–—]\s?[0-9]{{3,5}}(?![0-9]){_UNIT}",
        )
    ),
    re.IGNORECASE,
)
_THOUSANDS: Final = r"[0-9]{1,3}(?:\.[0-9]{3})+"
_AMOUNTS: Final = re.compile(rf"{_THOUSANDS}(?:\s?[-–—]\s?{_THOUSANDS})?")
_ISBN: Final = re.compile(r"(?<![0-9])97[89](?:[- ]?[0-9]){10}(?![0-9])")
_DATED_FILE: Final = re.compile(rf"(?<![0-9])(?:19|20)[0-9]{{2}}{_MONTH}(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")


def identifies(text: str) -> bool:
    """Whether somebody's CPR number, phone number or mail address may stand in the text."""
    readings = _readings(text)
    return readings is None or any(_mails(each) or _names(each) or _calls(each) for each in readings)


def address_identifies(url: str) -> bool:
    """Whether one of these may stand in the address of a page; each part of its path is looked at for itself too."""
    path = url.removeprefix("https://")
    whole, parts = _readings(path), [_readings(part) for part in path.split("/")]
    if whole is None or None in parts:
        return True
    return any(_mails(each) or _names(each) or _CALLED.search(each) is not None for each in whole) or any(
        _calls(_DATED_FILE.sub("\n", each)) for part in parts for each in part or ()
    )


def _readings(text: str) -> tuple[str, ...] | None:
    """The text as it reads, and with letters taken for the digits they look like; None if quoted for ever."""
    for _ in range(_ROUNDS):
        plain = _plain(text)
        if plain == text:
            text = _IDS.sub("\n", text)
            return tuple({text, _LOOKALIKE.sub(_as_digits, text)})
        text = plain
    return None


def _plain(text: str) -> str:
    """Nothing is quoted (once), every digit is ASCII's, and what cannot be seen is gone."""
    text = unescape(unquote(text))
    if text.isascii():
        return text
    return "".join(
        str(decimal(each)) if each.isdecimal() else each
        for each in normalize("NFKC", text)
        if category(each) not in _UNSEEN and each not in _FILLERS
    )


def _as_digits(found: re.Match[str]) -> str:
    is_number = any(each.isdecimal() for each in found[0])
    return found[0].translate(_ZEROS_AND_ONES) if is_number else found[0]


def _mails(text: str) -> bool:
    return _MAIL.search(text) is not None


def _names(text: str) -> bool:
    """Whether a CPR number may stand in it."""
    text = _ISBN.sub(_unless_isbn, text)
    return _CPR_WITH_CENTURY.search(text) is not None or _CPR.search(_ORDINARY.sub("\n", text)) is not None


def _calls(text: str) -> bool:
    """Whether a phone number may stand in it: by a word or sign before it, or eight digits, however grouped."""
    text = _MOMENT.sub("\n", text)
    if _CALLED.search(text):
        return True
    rest = _ORDINARY.sub("\n", _ISBN.sub(_unless_isbn, text))
    return any(_is_phone(each[0]) for each in _RUN.finditer(rest))


def _is_phone(run: str) -> bool:
    groups = re.findall("[0-9]+", run)
    if len(groups) != 3 and _AMOUNTS.fullmatch(run):
        return False
    sizes = "".join(str(min(len(each), 9)) for each in groups)
    digits = "".join(groups)
    return (
        len(digits) == 8
        or "8" in sizes
        or (len(digits) == 10 and digits.startswith("45"))
        or any(each in sizes for each in _PARTS)
    )


def _unless_isbn(found: re.Match[str]) -> str:
    """An ISBN, whose last digit follows from the others, is no number of anybody's.

    Source: ISO 2108:2017, annex A.
    """
    digits = [int(each) for each in found[0] if each.isdecimal()]
    weighed = sum(each * (3 if place % 2 else 1) for place, each in enumerate(digits))
    return found[0] if weighed % 10 else "\n"
