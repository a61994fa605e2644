"""What `maerk seed` brings into knowledge, through its API as a process of its own answers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embedded.platform import Platform
from maerk.api import Api
from maerk.seed import knowledge
from maerk.seed.data import Step
from support.services import Caller, system


class Direct(Api):
    """The API, with a token that the test has made."""

    def __init__(self, caller: Caller) -> None:
        self._service = "knowledge"
        self._client = httpx2.Client(
            base_url=caller.url, timeout=30, headers={"Authorization": f"Bearer {caller.token}"}
        )


@contextmanager
def api(caller: Caller) -> Iterator[Api]:
    with Direct(caller) as opened:
        yield opened


def load(steps: list[Step]) -> list[bool]:
    """Of each step, whether it brought anything."""
    return [step() for step in steps]


@pytest.fixture
async def editor(own_platform: Any, tmp_path: Path) -> Any:
    platform: Platform = own_platform("postgres")
    with system(platform, "knowledge", folder=tmp_path, MAERK_ZIPKIN_URL="") as built:
        process = built.processes["knowledge"]
        process.arguments = ("--only", "http")
        await process.start()
        yield built.caller("knowledge", "editor")


async def test_what_is_loaded_twice_is_there_once_and_a_withdrawn_publication_stays_so(editor: Caller) -> None:
    with api(editor) as opened:
        steps = knowledge.steps(opened)
        assert len(steps) == 28
        assert all(load(steps))
        assert not any(load(knowledge.steps(opened)))
    shown = (await editor.get("/v1/publications"))["items"]
    assert [each["title_da"] for each in shown if each["state"] == "draft"] == [
        "[titel ikke oplyst] evaluering af den nationale handlingsplan 2017-2020"
    ]
    handbook = next(each for each in shown if each["isbn"] == "978-87-93445-14-7")
    assert (handbook["state"], handbook["year"], handbook["kind"]) == ("published", 2018, "handbook")
    path = f"/v1/publications/{handbook['id']}/withdraw"
    await editor.post(path, {"reason": "outdated"}, revision=handbook["revision"])
    with api(editor) as opened:
        assert not any(load(knowledge.steps(opened)))
    references = (await editor.get("/v1/legal-references"))["items"]
    assert len(references) == 19


async def test_what_was_interrupted_between_draft_and_publication_goes_on(editor: Caller) -> None:
    row = next(each for each in knowledge.rows("publications.json") if each["isbn"])
    await editor.post("/v1/publications", knowledge.body(row))
    with api(editor) as opened:
        load(knowledge.steps(opened))
    shown = (await editor.get("/v1/publications", text=row["title_da"]))["items"]
    assert [each["state"] for each in shown] == ["published"]
