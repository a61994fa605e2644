"""What the demonstration ends with: what the year suggests for the next plan, and the plan as it can be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from maerk.api import Api

SUGGESTIONS: Final = 5


@dataclass(frozen=True)
class Document:
    """A form in which the published plan can be read: where planning gives it, and how its file is called here."""

    name_da: str
    name_en: str
    address: str
    suffix: str


DOCUMENTS: Final[Sequence[Document]] = (
    Document("Side", "Page", "/v1/editions/{edition}/page", ".html"),
    Document("PDF", "PDF", "/v1/editions/{edition}/pdf", ".pdf"),
    Document("Tabel", "Table", "/v1/editions/{edition}/initiatives.csv", ".csv"),
    Document(
        "Svar til udvalg",
        "For a committee",
        "/v1/committee-packs/pdf?topic=preparedness_plan&from={year}&to={year}",
        "-svar-om-beredskabsplaner.pdf",
    ),
)
"""Shown in this order; `{edition}` in an address is the id of the version that stands, `{year}` the plan's."""


def show(planning: Api, plan: dict[str, Any], *, folder: Path, console: Console) -> None:
    """What nobody answers yet has been shown with its reasons, then where to follow the plan and where to read it."""
    year = plan["year"]
    found = planning.get("/v1/suggestions", year=year, provenance="synthetic")["items"]
    _heading(console, f"Forslag til planen for {year + 1}, af syntetiske hændelser", "Suggestions for the next plan")
    for each in [one for one in found if not one["priority_ids"]][:SUGGESTIONS]:
        console.print(each["because_da"], soft_wrap=True)
        links = ", ".join(dict.fromkeys(figure["link"] for figure in each["figures"]))
        console.print(f"[dim]     {each['because_en']} {links}[/]", soft_wrap=True)
    _heading(console, "Planen", "The plan")
    console.print(f"{'Følg med · Follow':<34}/v1/action-plans/{plan['id']}/progress/follow", soft_wrap=True)
    editions = planning.get(f"/v1/action-plans/{plan['id']}/editions")["items"]
    standing = [each["id"] for each in editions if each["snapshot_hash"]]
    for each, file in kept(plan, standing, folder=folder, fetch=planning.fetch):
        console.print(f"{each.name_da + ' · ' + each.name_en:<34}{file.as_uri()}", soft_wrap=True)


def kept(
    plan: dict[str, Any], published: Sequence[str], *, folder: Path, fetch: Callable[[str], bytes]
) -> list[tuple[Document, Path]]:
    """Each form of the newest published version lies in the folder as planning gave it, named by the plan's year."""
    found: list[tuple[Document, Path]] = []
    for each in DOCUMENTS if published else ():
        file = folder / f"handlingsplan-{plan['year']}{each.suffix}"
        file.write_bytes(fetch(each.address.format(edition=published[-1], year=plan["year"])))
        found.append((each, file))
    return found


def _heading(console: Console, danish: str, english: str) -> None:
    console.print(f"\n[bold]{danish}[/]\n[dim]{english}[/]", soft_wrap=True)
