"""The drawings of documents, each made once for page and PDF: SVG with a title and a text that says the same.

No meaning rests on a colour alone, and what stands on a colour has a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Any, Final, NamedTuple

from markupsafe import escape

from chassis.document.blocks import Picture
from planning.domain.series import Point, Run, Series, follows
from planning.domain.snapshot import SnapshotArea, SnapshotMunicipality, SnapshotReach
from planning.queries.document import words

WIDTH: Final = 700
INK, PAPER, LINE, ACCENT, PALE = "#1a1a1a", "#ffffff", "#767676", "#0b4f6c", "#c9dfe8"


class Group(NamedTuple):
    """States of initiatives that are drawn alike: their label, their colour, and the colour of what stands on it."""

    label: str
    fill: str
    ink: str
    states: tuple[str, ...]


GROUPS: Final = (
    Group("på vej", PALE, INK, ("proposed", "planned", "funded")),
    Group("i gang", ACCENT, PAPER, ("launched", "on_track")),
    Group("i risiko eller forsinket", "#e0a526", INK, ("at_risk", "delayed")),
    Group("gennemført", "#2f6b3a", PAPER, ("completed_as_planned", "completed_changed")),
    Group("opgivet eller aflyst", "#8a1c1c", PAPER, ("abandoned", "cancelled")),
    Group("delt eller lagt sammen", LINE, PAPER, ("split", "merged")),
)
TILES: Final[Mapping[str, Group]] = {
    "first": Group("", ACCENT, PAPER, ("valid",)),
    "too_old": Group("Beredskabsplanen er for gammel", "#e0a526", INK, ("too_old",)),
    "withdrawn": Group("Ingen gældende beredskabsplan: den er trukket tilbage", "#8a1c1c", PAPER, ("withdrawn",)),
    "adopted": Group("Beredskabsplanen er vedtaget og ikke offentliggjort", "#d8cfe6", INK, ("adopted",)),
    "others": Group("Kun andre bogstaver", PALE, INK, ()),
    "none": Group("", PAPER, INK, ("none_known",)),
}
"""How a municipality's tile looks: the first thing is true of it, or what is known of its plan, or others, or none."""
PER_ROW, TILE, GAP = 8, (84, 50), 4
MOST_POINTS: Final = 24
TOP, FLOOR = 44, 158


def progress(areas: Sequence[SnapshotArea], title_of: Callable[[SnapshotArea], str]) -> Picture | None:
    """A bar for each focus area, its initiatives grouped by how far they are."""
    shown = [each for each in areas if each.initiatives]
    if not shown:
        return None
    longest = max(len(area.initiatives) for area in shown)
    parts, said = list[str](), list[str]()
    for place, area in enumerate(shown):
        counts = Counter(group.label for group in GROUPS for each in area.initiatives if each.state in group.states)
        parts.append(_text(0, 48 * place + 14, title_of(area), size=14))
        x = 0.0
        for group in (each for each in GROUPS if counts[each.label]):
            width = round(WIDTH * counts[group.label] / longest, 1)
            parts.append(_rect(x, 48 * place + 21, width, 20, fill=group.fill, stroke=PAPER))
            middle = x + width / 2
            parts.append(_text(middle, 48 * place + 36, str(counts[group.label]), fill=group.ink, anchor="middle"))
            x += width
        said.append(f"{title_of(area)}: {', '.join(f'{n} {label}' for label, n in counts.items())}.")
    below = 48 * len(shown) + 12
    for place, group in enumerate(GROUPS):
        x, y = 235 * (place % 2), below + 22 * (place // 2)
        parts += [_rect(x, y, 14, 14, fill=group.fill), _text(x + 20, y + 12, group.label)]
    return _picture(
        "fremdrift",
        below + 22 * ceil(len(GROUPS) / 2),
        parts,
        title="Indsatser pr. indsatsområde efter status",
        said=" ".join(said),
        caption="Indsatser pr. indsatsområde efter status. De samme tal står i tabellerne nedenfor.",
    )


def municipalities(reach: SnapshotReach) -> list[Picture]:
    """What the tiles mean, then those of each region: a tile for each municipality, with the letters of what is known.

    Each region is a drawing of its own, so that a printed page is not left blank before one that fills the next.
    """
    codes = [each for each in words.WAYS if each in {way.code for way in reach.ways}]
    drawn = [_meanings(reach.municipalities, codes)]
    for place, (region, grouped) in enumerate(groupby(reach.municipalities, key=lambda each: each.region), 1):
        own = list(grouped)
        title = f"{region} · {words.count(len(own), 'kommune', 'kommuner')}"
        said = _region_said(region, own, codes)
        parts = [_text(0, 14, title, size=14, bold=True)]
        for at, each in enumerate(own):
            x, y = (TILE[0] + GAP) * (at % PER_ROW), (TILE[1] + GAP) * (at // PER_ROW)
            parts += _tile(x, y + 24, each, codes)
        drawn.append(
            _picture(
                f"kommuner-{place}",
                (TILE[1] + GAP) * ceil(len(own) / PER_ROW) + 25,
                parts,
                title=title,
                said=said,
                caption=said,
            )
        )
    return drawn


def over_time(series: Series) -> Picture:
    """The values one after the other; where a new definition begins, the line ends and a break is drawn and named."""
    runs = _newest(series.runs)
    columns = sum(len(run.points) for run in runs) + len(runs) - 1
    step = min(110.0, (WIDTH - 20) / columns)
    height = _scale([point.value for run in runs for point in run.points if point.value is not None])
    parts = [_line((0, FLOOR), (WIDTH, FLOOR), stroke=LINE)]
    said: list[str] = []
    x = 10 + step / 2
    for place, run in enumerate(runs):
        if place:
            parts += [
                _line((x, 22), (x, FLOOR + 6), stroke="#8a1c1c", dashed=True),
                _text(x, 14, "Brud: ny definition", size=11, fill="#8a1c1c", anchor="middle"),
            ]
            said.append("Her brydes serien: ny definition.")
            x += step
        parts += _run(run, x, step, height)
        x += step * len(run.points)
        values = [f"{words.period(each.period)}: {point_said(each)}" for each in run.points]
        said.append(f"Definition {run.definition_version}: {'; '.join(values)}.")
    parts += _marks_key({_mark_of(point) for run in runs for point in run.points})
    left_out = sum(len(run.points) for run in series.runs) - sum(len(run.points) for run in runs)
    latest = f"De seneste {sum(len(run.points) for run in runs)} værdier. " if left_out else ""
    return _picture(
        f"serie-{series.code}",
        FLOOR + 50,
        parts,
        title=f"{series.name_da} over tid",
        said=latest + " ".join(said),
        caption=f"{series.name_da}. {latest}Alle værdier står i tabellen nedenfor.",
    )


def point_said(point: Point) -> str:
    """A value with its status, in words."""
    if point.is_hidden:
        return words.NOT_SHOWN
    said = point.step_da if point.value is None else words.number(point.value)
    return f"{said}, {words.STATUSES[_status(point)]}"


def _meanings(of: Sequence[SnapshotMunicipality], codes: Sequence[str]) -> Picture:
    """What colours and letters of tiles mean: those that are there, one below the other."""
    looks = {_look(each, codes) for each in of} | {"first", "none"}
    lines = [(tile, _sign(name, codes)) for name, tile in TILES.items() if name in looks]
    parts: list[str] = []
    for place, (tile, said) in enumerate(lines):
        parts += [
            _rect(1, 22 * place + 1, 14, 14, fill=tile.fill, stroke=LINE, dashed=tile is TILES["none"]),
            _text(22, 22 * place + 13, said),
        ]
    letters = [f"{words.WAYS[each][0]} = {words.WAYS[each][1]}" for each in codes[1:]]
    parts += [_text(22, 22 * (len(lines) + place) + 13, each) for place, each in enumerate(letters)]
    return _picture(
        "kommuner-tegn",
        22 * (len(lines) + len(letters)),
        parts,
        title="Hvad felterne betyder",
        said=". ".join([*(said for _, said in lines), *letters]) + ".",
        caption="Hver kommune er et felt med bogstaver for det, MÆRK har fået at vide. En kommune uden bogstav kan godt"
        " have det, som MÆRK ikke kender. Det samme står i tabellen nedenfor.",
    )


def _sign(look: str, codes: Sequence[str]) -> str:
    """A look of tiles with its letter."""
    first = words.WAYS[codes[0]]
    if look == "first":
        return f"{first[0]} = {first[1]}" + (", gyldig" if codes[0] == "plan" else "")
    if look == "none":
        nothing = "Ingen gældende plan kendt" if codes[0] == "plan" else words.known(codes[0], (), None)
        return f"- = {nothing if len(codes) == 1 else nothing + ', og intet andet er kendt'}"
    letter = words.PLANS[look][0] if look in words.PLANS else ""
    return f"{letter} = {TILES[look].label}" if letter else TILES[look].label


def _look(of: SnapshotMunicipality, codes: Sequence[str]) -> str:
    plan = words.plan_of(of.plan, of.ways) if codes[0] == "plan" else "none_known"
    if codes[0] in of.ways:
        return "first"
    if plan != "none_known":
        return plan
    return "others" if set(codes) & set(of.ways) else "none"


def _letters(of: SnapshotMunicipality, codes: Sequence[str]) -> str:
    plan = words.PLANS[words.plan_of(of.plan, of.ways)][0] if "plan" in codes else ""
    others = [words.WAYS[each][0] for each in codes if each != "plan" and each in of.ways]
    return " ".join([plan, *others] if plan else others)


def _tile(x: float, y: float, of: SnapshotMunicipality, codes: Sequence[str]) -> Iterator[str]:
    look = _look(of, codes)
    tile = TILES[look]
    yield _rect(x + 0.5, y, TILE[0] - 1, TILE[1], fill=tile.fill, stroke=LINE, dashed=look == "none", round=3)
    middle, lines = x + TILE[0] / 2, _lines(of.name)
    for place, line in enumerate(lines):
        size = 11 if len(line) < 14 else 9.5
        at = y + 14 + 12 * place + (6 if len(lines) == 1 else 0)
        yield _text(middle, at, line, size=size, fill=tile.ink, anchor="middle")
    yield _text(middle, y + 43, _letters(of, codes) or "-", size=12, fill=tile.ink, anchor="middle", bold=True)


def _lines(name: str) -> Sequence[str]:
    """The name on one line, or on two where it is long and has a place to part."""
    at = max(name.find("-"), name.find(" "))
    return (name,) if len(name) < 12 or at < 0 else (name[: at + 1].strip(), name[at + 1 :])


def _region_said(region: str, own: Sequence[SnapshotMunicipality], codes: Sequence[str]) -> str:
    found = {code: sum(code in each.ways for each in own) for code in codes}
    counts = [f"{_small(words.WAYS[each][1])} {found[each]}" for each in codes if found[each] or each == codes[0]]
    looks = Counter(_look(each, codes) for each in own)
    counts += [
        f"{_small(TILES[look].label)}: {looks[look]}" for look in ("too_old", "withdrawn", "adopted") if looks[look]
    ]
    many = words.count(len(own), "kommune", "kommuner")
    nothing = words.known(codes[0], (), None) if len(codes) == 1 else "intet af dette kendt"
    return f"{region}, {many}: {', '.join(counts)}, {nothing}: {looks['none']}."


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _newest(runs: Sequence[Run]) -> list[Run]:
    """The last points, still parted by definition."""
    left, found = MOST_POINTS, list[Run]()
    for run in reversed(runs):
        if left:
            found.append(run.model_copy(update={"points": run.points[-left:]}))
            left -= len(found[-1].points)
    return found[::-1]


def _scale(values: Sequence[Decimal]) -> Callable[[Decimal], float]:
    """How high a value stands; nothing is cut off below, so that a small change does not look great."""
    low, high = min([Decimal(), *values]), max([Decimal(), *values])
    return lambda value: FLOOR - float((value - low) / (high - low or Decimal(1))) * (FLOOR - TOP)


def _run(run: Run, x: float, step: float, height: Callable[[Decimal], float]) -> Iterator[str]:
    points, every = run.points, max(1, ceil(46 / step))
    for place, each in enumerate(points):
        here = (x + step * place, FLOOR if each.value is None else height(each.value))
        after = points[place + 1] if place + 1 < len(points) else None
        if after and each.value is not None and after.value is not None and follows(each.period, after.period):
            yield _line(here, (here[0] + step, height(after.value)), stroke=ACCENT, width=2)
        yield _mark(_mark_of(each), *here)
        is_end = place in (0, len(points) - 1)
        if each.value is not None and (step >= 46 or is_end):
            yield _text(here[0], here[1] - 9, words.number(each.value), size=12, anchor="middle", bold=True)
        elif each.value is None and step >= 70:
            yield _text(here[0], here[1] - 12, words.NOT_SHOWN, size=11, anchor="middle")
        if (len(points) - 1 - place) % every == 0:
            yield _text(here[0], FLOOR + 18, words.short_period(each.period), size=11, anchor="middle")


def _mark_of(point: Point) -> str:
    return "hidden" if point.value is None else _status(point)


def _status(point: Point) -> str:
    return words.status(point.status, point.period, point.as_of, point.source_url)


def _mark(kind: str, x: float, y: float) -> str:
    if kind == "hidden":
        return f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8" stroke="{INK}" stroke-width="2" fill="none"/>'
    if kind == "corrected":
        return f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z" fill="{ACCENT}"/>'
    if kind == "entered":
        return _rect(x - 4.5, y - 4.5, 9, 9, fill=ACCENT)
    fill = PAPER if kind == "preliminary" else ACCENT
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{ACCENT}" stroke-width="2"/>'


def _marks_key(kinds: set[str]) -> Iterator[str]:
    labels: Mapping[str, str] = {**words.STATUSES, "hidden": words.NOT_SHOWN}
    for place, (kind, label) in enumerate((kind, label) for kind, label in labels.items() if kind in kinds):
        yield _mark(kind, 16 + 130 * place, FLOOR + 39)
        yield _text(28 + 130 * place, FLOOR + 43, label, size=12)


def _picture(id: str, height: float, parts: Iterable[str], *, title: str, said: str, caption: str) -> Picture:
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{id}-titel {id}-tekst"'
        f' viewBox="0 0 {WIDTH} {height:g}"><title id="{id}-titel">{escape(title)}</title>'
        f'<desc id="{id}-tekst">{escape(said)}</desc>{"".join(parts)}</svg>'
    )
    return Picture(id=id, svg=drawn, title=title, said=said, caption=caption)


def _text(
    x: float, y: float, said: str, *, size: float = 13, fill: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}"'
    return f'<text {place} fill="{fill}"{weight}>{escape(said)}</text>'


def _rect(x: float, y: float, width: float, height: float, *, fill: str, **more: Any) -> str:
    stroke = f' stroke="{more["stroke"]}"' if "stroke" in more else ""
    stroke += ' stroke-dasharray="3 2"' if more.get("dashed") else ""
    corner = f' rx="{more["round"]}"' if "round" in more else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"{stroke}{corner}/>'


def _line(
    start: tuple[float, float], end: tuple[float, float], *, stroke: str, width: float = 1, dashed: bool = False
) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    ends = f'x1="{start[0]:g}" y1="{start[1]:.1f}" x2="{end[0]:g}" y2="{end[1]:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width:g}"{dash}/>'
