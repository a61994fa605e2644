"""What a document is made of, whatever it is printed on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

NOT_STATED: Final = "ikke oplyst"
"""What stands where no source and nobody says anything."""


@dataclass(frozen=True)
class Link:
    """Words that lead to an address, after others that do not."""

    text: str
    url: str
    before: str = ""


Cell = str | Link


@dataclass(frozen=True)
class Paragraphs:
    """Running text."""

    texts: Sequence[Cell]
    kind: ClassVar[str] = "paragraphs"


@dataclass(frozen=True)
class Items:
    """Things that stand beside each other, or one after the other."""

    texts: Sequence[Cell]
    in_order: bool = False
    kind: ClassVar[str] = "items"


@dataclass(frozen=True)
class Terms:
    """Things with what is said of each."""

    pairs: Sequence[tuple[str, Cell]]
    kind: ClassVar[str] = "terms"


@dataclass(frozen=True)
class Column:
    """A column: its head, how wide it is beside the others (0: as wide as it needs), and whether it holds numbers."""

    head: str
    share: float = 0
    numbers: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under heads; the column `names` says what each row is about."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    names: int = 0
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Picture:
    """A drawing, its title, what it says in words, and what stands below it."""

    id: str
    svg: str
    title: str
    said: str
    caption: str
    kind: ClassVar[str] = "picture"


Block = Paragraphs | Items | Terms | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading with what belongs to it."""

    title: str
    blocks: Sequence[Block] = ()
    sections: Sequence["Section"] = ()


@dataclass(frozen=True)
class Notice:
    """Something that must be read first."""

    label: str
    text: str


@dataclass(frozen=True)
class Document:
    """A whole document: what it is called, at length and in short, and what must be said first.

    Its foot ends with a code by which it is known, if it has one: a digest or a number.
    """

    title: str
    short: str
    lead: Sequence[Cell]
    notices: Sequence[Notice]
    sections: Sequence[Section]
    foot: str
    code: str | None = None
    running: str = field(default="MÆRK · Nationalt Center mod Æresrelaterede Konflikter")
