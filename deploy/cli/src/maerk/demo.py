"""`maerk demo`: everything starts, real data are loaded, scenarios are played, and each figure opens to its events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from embedded.platform import Platform
from embedded.state import SERVICES
from embedded.waiting import until
from maerk import clock, ending, here, platform, seed, synthetic, trace
from maerk.api import Api
from maerk.scenarios import acute_friday, plan_expires, plan_published, theme_day
from maerk.settled import wait_until_settled

app = typer.Typer()
console = Console(highlight=False)

INDICATOR = "valid-plans"
TRACED_WITHIN_S = 15
STEP = 50


@app.command()
def demo() -> None:
    """Start everything, load real data, play four scenarios and show where to look. Everything goes on running.

    A scenario that has been played is shown again from what is stored.
    """
    platform.up()
    known = here.running()
    seed.load(known)
    _load_a_year(known)
    played = [scenario.play(known, _say) for scenario in (acute_friday, plan_expires, theme_day, plan_published)]
    if not all(played):
        _say("Hvad der er spillet før, vises igen.", "What was played before is shown again.")
    wait_until_settled(known)
    show(known, played=any(played))


def _load_a_year(known: Platform) -> None:
    """A year of synthetic enquiries stands in advisory, as many as are known of."""
    counts = [*range(STEP, synthetic.A_YEAR, STEP), synthetic.A_YEAR]
    with Api(known, "advisory") as advisory:
        for count in track(counts, description="Syntetiske henvendelser · Synthetic enquiries", console=console):
            synthetic.load(advisory, until=plan_expires.synthetic_today(known), count=count)


def show(known: Platform, *, played: bool) -> None:
    """The figure has been shown as it moved, with the events behind it and where to look further."""
    with Api(known, "planning") as planning:
        plan = seed.action_plan(planning)
        assert plan is not None, "it has just been loaded"
        indicator = next(each for each in seed.indicators(planning, plan) if each["code"] == INDICATOR)
        _show_figure(planning, indicator)
        _show_progress(planning.get(f"/v1/action-plans/{plan['id']}/progress"))
        standing = _standing(indicator)
        if "synthetic" in standing:
            evidence = planning.get(f"/v1/readings/{standing['synthetic']['id']}/evidence")
            _show_evidence(evidence)
            last = evidence["items"][-1]["trace_id"] if evidence["items"] else None
            _show_places(known, last, played=played)
        ending.show(planning, plan, folder=known.folder, console=console)
    _show_next(known)


def _show_figure(planning: Api, indicator: dict[str, Any]) -> None:
    _heading(f"{indicator['name_da']}, syntetiske", f"{indicator['name_en']}, synthetic ones")
    moves = Table("dansk tid · Danish time", "tal · figure", "hændelse · event", box=None, pad_edge=False)
    before = 0
    curve = planning.get(f"/v1/indicators/{indicator['id']}/curve", provenance="synthetic")
    for step in curve["steps"]:
        value = int(step["value"])
        why = "offentliggjort · published" if value > before else "[red]for gammel · too old[/]"
        moves.add_row(_moment(step["at"]), str(value), why)
        before = value
    console.print(moves)


def _show_progress(progress: dict[str, Any]) -> None:
    """Every figure of the plan with its definition, its moment and how many events are behind it."""
    _heading(f"Status for {progress['title_da']}", "The plan's progress; synthetic and actual figures are kept apart")
    of_initiatives = [each for area in progress["focus_areas"] for each in area["initiatives"]]
    for each in [*progress["figures"], *(figure for one in of_initiatives for figure in one["figures"])]:
        value = "< 5" if each["value"] is None else f"{float(each['value']):g}"
        of = f" af · of {each['out_of']}" if each["out_of"] and each["provenance"] == "actual" else ""
        kind = "faktisk · actual" if each["provenance"] == "actual" else "syntetisk · synthetic"
        behind = "-" if each["event_count"] is None else str(each["event_count"])
        console.print(f"{value:>4}{of}  {each['name_da']} ({kind})", soft_wrap=True)
        said = f"     {_moment(each['as_of'])}, hændelser · events: {behind}, v{each['definition_version']}: "
        console.print(f"[dim]{said}{each['definition_da']}[/]", soft_wrap=True)


def _show_evidence(evidence: dict[str, Any]) -> None:
    recomputed = int(float(evidence["recomputed"]))
    _heading(
        f"Bag den syntetiske måling; talt igen nu: {recomputed}",
        f"Behind the synthetic reading; recounted: {recomputed}",
    )
    for each in evidence["items"]:
        where = f"{each['topic']}/{each['partition']}/{each['offset']}"
        type = each["type"].removeprefix("dk.maerk.")
        console.print(f"{type}  {each['event_id']}\n  {where}  trace {each['trace_id'] or '-'}", soft_wrap=True)


def _show_places(known: Platform, trace_id: str | None, *, played: bool) -> None:
    _heading("Se selv", "Look for yourself")
    places = {f"API {service}": f"{known.url(service)}/docs" for service in SERVICES}
    traced = trace_id is not None and _is_known(known, trace_id, wait=played)
    if traced:
        places["Sporet · The trace"] = f"{known.zipkin}/zipkin/traces/{trace_id}"
    else:
        places["Sporet · The trace"] = "glemt ved Zipkins genstart · forgotten when Zipkin was restarted"
    places["Keycloak"] = f"{known.issuer.removesuffix('/realms/maerk')}/admin (admin)"
    places["Brugere · Users"] = "adviser, plan_editor, operator, municipal_key_person, partner ..."
    places["Adgangskoder · Passwords"] = f"{known.folder / 'state.json'}: demo_users (Keycloak: keycloak)"
    for name, place in places.items():
        console.print(f"{name:<26}{place}", soft_wrap=True)
    _heading("Næste skridt", "Next")
    if traced:
        console.print(f"  {here.COMMAND} trace {trace_id}")


def _is_known(known: Platform, trace_id: str, *, wait: bool) -> bool:
    """Whether Zipkin has the trace through three services; one that is just being made is waited for."""
    return until(lambda: len(trace.services(known, trace_id)) >= 3, within_s=TRACED_WITHIN_S if wait else 0)


def _show_next(known: Platform) -> None:
    for words in ("status", "rebuild planning", "dead-letters list", "down"):
        console.print(f"  {here.COMMAND} {words}")
    days = clock.offset_s(known) // 86_400
    if days:
        _say(
            f"Kun for syntetiske poster går uret {days} dage foran: `{here.COMMAND} clock reset` stiller det tilbage.",
            f"For synthetic records alone the clock is {days} days ahead: `{here.COMMAND} clock reset` sets it back.",
        )
    _say("Alt kører videre.", "Everything goes on running.")


def _standing(indicator: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The newest period's reading of each provenance; readings come newest period first."""
    found: dict[str, dict[str, Any]] = {}
    for each in indicator["readings"]:
        found.setdefault(each["provenance"], each)
    return found


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(plan_expires.DENMARK):%Y-%m-%d %H:%M}"


def _say(danish: str, english: str) -> None:
    console.print(f"{danish}\n[dim]{english}[/]", soft_wrap=True)


def _heading(danish: str, english: str) -> None:
    console.print(f"\n[bold]{danish}[/]\n[dim]{english}[/]", soft_wrap=True)
