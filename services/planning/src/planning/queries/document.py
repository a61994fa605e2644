"""The published plan as a page, as a PDF and as a table: made of its document alone, the same bytes every time."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chassis.table import as_csv
from planning.domain.snapshot import (
    Snapshot,
    SnapshotArea,
    SnapshotFigure,
    SnapshotInitiative,
    all_figures,
    digest,
    read,
)

TEMPLATES: Final = Path(__file__).parent / "templates"
DENMARK: Final = ZoneInfo("Europe/Copenhagen")
NOT_STATED: Final = "ikke oplyst"
WIDTH: Final = 700
STATES: Final = {
    "proposed": "foreslået",
    "planned": "planlagt",
    "funded": "finansieret",
    "launched": "igangsat",
    "on_track": "følger planen",
    "at_risk": "i risiko",
    "delayed": "forsinket",
    "completed_as_planned": "gennemført som planlagt",
    "completed_changed": "gennemført i ændret form",
    "abandoned": "opgivet",
    "cancelled": "aflyst",
    "merged": "lagt sammen med en anden",
    "split": "delt",
}
REASONS: Final = {
    "too_few_applications": "for få ansøgninger",
    "epidemic": "epidemi",
    "no_funding": "ingen finansiering",
    "law_changed": "loven er ændret",
    "priorities_changed": "ændrede prioriteter",
    "replaced": "erstattet",
    "other": "anden grund",
}
YOUTH: Final = {"primary": "hovedsigtet", "partly": "delvist", "no": "nej"}
POSITIONS: Final = {"agrees": "enig", "has_comments": "har bemærkninger", "disagrees": "uenig"}
STATUSES: Final = {"preliminary": "foreløbigt", "final": "endeligt", "corrected": "rettet"}
MONTHS: Final = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
GROUPS: Final = (
    ("på vej", "#c9dfe8", "#1a1a1a", ("proposed", "planned", "funded")),
    ("i gang", "#0b4f6c", "#ffffff", ("launched", "on_track")),
    ("i risiko eller forsinket", "#e0a526", "#1a1a1a", ("at_risk", "delayed")),
    ("gennemført", "#2f6b3a", "#ffffff", ("completed_as_planned", "completed_changed")),
    ("opgivet eller aflyst", "#8a1c1c", "#ffffff", ("abandoned", "cancelled")),
    ("delt eller lagt sammen", "#767676", "#ffffff", ("split", "merged")),
)
"""Label, colour, colour of what stands on it (at least 4.5 to 1), and the states that it groups."""
COLUMNS: Final = (
    "kind", "focus_area", "number", "title_da", "responsible_ministry", "state", "reason_code", "children_youth",
    "code", "period", "provenance", "value", "unit_da", "definition_version", "definition_da", "status", "as_of",
    "proof",
)  # fmt: skip


def page(body: bytes) -> str:
    """The plan as an accessible page (WCAG 2.1 AA), Danish, which fetches nothing from anywhere."""
    plan = read(body)
    rows = _rows(plan)
    return (
        _environment()
        .get_template("plan.html.j2")
        .render(
            plan=plan,
            digest=digest(body),
            rows=rows,
            legend=_legend(),
            figures=all_figures(plan),
            text=_html_text,
            day=_day,
            area_title=_area_title,
            lineage=_lineage,
            state=_state,
            youth=_youth,
            value=_value,
            moment=_moment,
            status=STATUSES.__getitem__,
            money=_money,
            position=_position,
        )
    )


@lru_cache(maxsize=8)
def pdf(body: bytes) -> bytes:
    """The plan as a tagged PDF that conforms to PDF/UA-1; the compiler refuses what would not."""
    plan = read(body)
    said: dict[str, Any] = {
        "title": f"{plan.title_da} {plan.year}",
        "digest": digest(body),
        "version": _version(plan),
        "notices": _notices(plan),
        "rows": _rows(plan),
        "legend": _legend(),
        "before": [{"title": "Forord", "paragraphs": _paragraphs(plan.foreword_da)}],
        "areas": [
            {"title": _area_title(area), "initiatives": [_cells(each) for each in area.initiatives]}
            for area in plan.focus_areas
        ],
        "figures": [
            [
                each.name_da,
                _value(each),
                each.period,
                f"{_moment(each.as_of)}, {STATUSES[each.status]}",
                f"{each.definition_da} (definition {each.definition_version})",
            ]
            for each in all_figures(plan)
        ],
        "after": _after(plan),
    }
    return typst.compile(
        (TEMPLATES / "plan.typ").read_bytes(),
        sys_inputs={"plan": json.dumps(said, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )


def table(body: bytes) -> str:
    """The plan's initiatives and figures as open data: a table for a spreadsheet, codes as in the document."""
    plan = read(body)
    rows: list[dict[str, object]] = []
    for area in plan.focus_areas:
        for each in area.initiatives:
            rows.append({"kind": "initiative", "focus_area": area.number, **each.model_dump()})
            rows += [_figure_row(own, each.number) for own in each.figures]
    rows += [_figure_row(each, None) for each in plan.figures]
    return as_csv(COLUMNS, [{name: row.get(name) for name in COLUMNS} for row in rows])


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


def _figure_row(figure: SnapshotFigure, number: int | None) -> dict[str, object]:
    return {"kind": "figure", "number": number, "title_da": figure.name_da, **figure.model_dump()}


def _rows(plan: Snapshot) -> list[dict[str, Any]]:
    """One bar for each focus area, its initiatives grouped by how far they are."""
    longest = max((len(area.initiatives) for area in plan.focus_areas), default=0)
    return [_row(place, area, longest) for place, area in enumerate(plan.focus_areas) if area.initiatives]


def _row(place: int, area: SnapshotArea, longest: int) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    said: list[str] = []
    x = 0.0
    for label, fill, ink, states in GROUPS:
        count = sum(each.state in states for each in area.initiatives)
        if not count:
            continue
        width = round(WIDTH * count / longest, 1)
        parts.append({"x": round(x, 1), "width": width, "fill": fill, "ink": ink, "count": count})
        said.append(f"{count} {label}")
        x += width
    return {"place": place, "title": _area_title(area), "parts": parts, "said": ", ".join(said)}


def _legend() -> list[dict[str, Any]]:
    return [
        {"x": 240 * (place % 3), "y": 22 * (place // 3), "fill": fill, "label": label}
        for place, (label, fill, _, _) in enumerate(GROUPS)
    ]


def _after(plan: Snapshot) -> list[dict[str, Any]]:
    follow_ups = NOT_STATED.capitalize() + "."
    told = [f"{each.title_da} ({each.plan_year}, nr. {each.number}): {each.text_da}" for each in plan.follow_ups or ()]
    money = plan.money
    sections: list[tuple[str, Iterable[str]]] = [
        ("Børn og unge", _paragraphs(plan.children_youth_da)),
        ("Opfølgning", told or [follow_ups]),
        ("Prioriteter", [each.title_da for each in plan.priorities or ()] or [follow_ups]),
        (
            "Økonomi",
            [
                f"Ramme: {_money(money.frame_mio_dkk)}.",
                f"Fordelt: {_money(money.allocated_mio_dkk)}.",
                f"Forskel: {_money(money.difference_mio_dkk)}.",
            ],
        ),
    ]
    if plan.hearings:
        sections.append(("Høring", [f"{each.authority}: {_position(each.position)}" for each in plan.hearings]))
    return [{"title": title, "paragraphs": list(paragraphs)} for title, paragraphs in sections]


def _version(plan: Snapshot) -> str:
    published = f", offentliggjort {_day(plan.published_on)}" if plan.published_on else ""
    return f"Version {plan.version}{published}."


def _notices(plan: Snapshot) -> list[str]:
    found: list[str] = []
    if plan.provenance == "synthetic":
        found.append("Syntetisk plan: Intet heri handler om virkelige indsatser, kommuner eller personer.")
    if plan.corrects is not None:
        found.append(f"Rettelse af version {plan.corrects}: {plan.correction_da}")
    return found


def _cells(each: SnapshotInitiative) -> Sequence[str]:
    title = each.title_da + _lineage(each)
    return [str(each.number), title, each.responsible_ministry or NOT_STATED, _state(each), _youth(each.children_youth)]


def _area_title(area: SnapshotArea) -> str:
    return f"{area.number}. {area.title_da}" if area.number else "Uden oplyst indsatsområde"


def _lineage(each: SnapshotInitiative) -> str:
    came = f" (af nr. {', '.join(map(str, each.came_from))})" if each.came_from else ""
    return came + (f" (fortsætter som nr. {', '.join(map(str, each.became))})" if each.became else "")


def _state(each: SnapshotInitiative) -> str:
    reason = f": {REASONS[each.reason_code]}" if each.reason_code else ""
    return STATES[each.state] + reason


def _youth(value: str | None) -> str:
    return NOT_STATED if value is None else YOUTH[value]


def _position(value: str | None) -> str:
    return "intet svar" if value is None else POSITIONS[value]


def _value(each: SnapshotFigure) -> str:
    if each.step_da is not None:
        return f"{each.step_da}: {each.words_da}"
    if each.value is None:
        return "vises ikke"
    return _danish(each.value) + (f" af {each.out_of}" if each.out_of else "")


def _money(amount: Decimal | None) -> str:
    return NOT_STATED if amount is None else f"{_danish(amount)} mio. kr."


def _danish(value: Decimal) -> str:
    said = f"{value.normalize():,f}"
    return said.translate(str.maketrans(",.", ".,"))


def _moment(at: datetime) -> str:
    there = at.astimezone(DENMARK)
    return f"{there.day}. {MONTHS[there.month - 1]} {there.year} kl. {there:%H.%M}"


def _day(on: str) -> str:
    year, month, *day = on.split("-")
    return f"{int(day[0])}. {MONTHS[int(month) - 1]} {year}" if day else f"{MONTHS[int(month) - 1]} {year}"


def _paragraphs(text: str | None) -> list[str]:
    return [NOT_STATED.capitalize() + "."] if text is None else [each for each in text.split("\n") if each.strip()]


def _html_text(text: str | None) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(escape(each)) for each in _paragraphs(text))
