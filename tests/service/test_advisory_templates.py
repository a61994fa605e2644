"""Advice templates over HTTP: editions that are kept, texts for whoever asks, and the sentence under each."""

from uuid import uuid4

import pytest

from support.enquiring import register
from support.inside import Inside, refused

TEMPLATES = "/v1/advice-templates"
SAID = {"title_da": "De første 24 timer", "text_da": "{kommune} i {region} vurderer risikoen, {dato}."}


@pytest.mark.rule("c.1/templates", "c.1/8")
async def test_a_template_is_filled_for_whoever_asks_and_says_who_is_responsible(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    enquiry = (await register(adviser)).rpartition("/")[2]
    made = await adviser.post(TEMPLATES, {**SAID, "provenance": "synthetic"})
    assert "Kommunen har fortsat ansvaret" in made["responsibility"]["da"]
    path = f"{TEMPLATES}/{made['id']}"
    filled = await adviser.get(f"{path}/filled", enquiry_id=enquiry)
    assert filled["text_da"] == "Syntetisk Kommune 1 i Syntetisk Region vurderer risikoen, 23.11.2026."
    assert "Kommunen har fortsat ansvaret" in filled["responsibility"]["da"]
    assert "binder ingen" in filled["not_binding"]["da"]
    assert (filled["version"], filled["under_review"]) == (1, False)
    refused(await adviser.ask("GET", f"{path}/filled?enquiry_id={uuid4()}"), 404, "enquiry-missing")
    refused(
        await adviser.ask("GET", f"{TEMPLATES}/{uuid4()}/filled?enquiry_id={enquiry}"), 404, "advice-template-missing"
    )
    editor = advisory.caller("editor")
    refused(await editor.ask("GET", f"{path}/filled?enquiry_id={enquiry}"), 404, "not-for-you")


@pytest.mark.rule("c.1/templates")
async def test_a_template_has_editions_and_the_ones_before_are_kept(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    made = await adviser.post(TEMPLATES, {**SAID, "provenance": "synthetic"})
    path = f"{TEMPLATES}/{made['id']}"
    revised = await adviser.post(f"{path}/revise", {**SAID, "text_da": "Ring 114."}, revision=1)
    assert (revised["version"], revised["revision"], revised["text_da"]) == (2, 2, "Ring 114.")
    editions = (await adviser.get(f"{path}/editions"))["items"]
    assert [(each["version"], each["text_da"]) for each in editions] == [(1, SAID["text_da"]), (2, "Ring 114.")]
    refused(await adviser.command(f"{path}/revise", SAID, revision=1), 412, "state-changed")
    same = {**SAID, "text_da": "Ring 114."}
    refused(await adviser.command(f"{path}/revise", same, revision=2), 409, "template-unchanged")
    wrong = {**SAID, "text_da": "{navn}"}
    refused(await adviser.command(f"{path}/revise", wrong, revision=2), 422, "place-unknown")
    refused(await adviser.command(TEMPLATES, {**wrong, "provenance": "actual"}), 422, "place-unknown")
    refused(await adviser.ask("GET", f"{TEMPLATES}/{uuid4()}/editions"), 404, "advice-template-missing")
    assert len((await adviser.get(f"{path}/editions"))["items"]) == 2
