"""What `maerk seed` brings into the directory, and that it then says whom to call, while nobody can sign in."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embedded.platform import Platform
from maerk.api import Api
from maerk.seed import directory
from support.services import Caller, system


class Direct(Api):
    """The API, with a token that the test has made."""

    def __init__(self, caller: Caller) -> None:
        self._service = "advisory"
        self._client = httpx2.Client(
            base_url=caller.url, timeout=30, headers={"Authorization": f"Bearer {caller.token}"}
        )


@pytest.mark.rule("c.1/who-to-call", "c.1/consultants")
async def test_the_seed_loads_once_and_answers_while_issuer_and_kafka_are_away(
    own_platform: Any, tmp_path: Path
) -> None:
    platform: Platform = own_platform("postgres")  # no Kafka and no Keycloak are there
    with system(platform, "advisory", folder=tmp_path, MAERK_ZIPKIN_URL="") as built:
        process = built.processes["advisory"]
        await process.start()
        caller = built.caller("advisory", "adviser")
        with Direct(caller) as api:
            for new in (True, False):
                done = await asyncio.to_thread(lambda: [step() for step in directory.steps(api)])
                assert set(done) == {new}, done
        answers: dict[str, Any] = {}
        async with httpx2.AsyncClient(base_url=caller.url) as nobody:
            for at in ("2026-11-27T15:30:00Z", "2027-01-04T09:00:00Z"):
                for code in ("0851", "0360", "0773"):
                    said = {"municipality_code": code, "acute": "true", "age": "minor", "at": at}
                    answer = await nobody.get("/v1/who-to-call", params=said)
                    assert answer.status_code == 200, answer.text
                    answers[f"{code} {at[:4]}"] = answer.json()
        assert all([each["phone"] for each in one["contacts"][:2]] == ["112", "114"] for one in answers.values())
        assert not any(each["certain"] for one in answers.values() for each in one["contacts"][2:])
        consultants = {
            when: [each["title_da"].split()[-1] for each in one["contacts"] if each["actor"] == "security_consultant"]
            for when, one in answers.items()
        }
        assert consultants["0851 2026"] == ["Aalborg"]
        assert consultants["0360 2026"] == ["Odense"]  # Lolland, in Region Sjælland
        assert answers["0773 2026"]["police_district"] == "midt_og_vestjylland"  # Morsø, in Region Nordjylland
        assert consultants["0773 2026"] == ["Aalborg"]
        assert (answers["0360 2027"]["region"], answers["0360 2027"]["consultants"]) == ("oestdanmark", "not_stated")
        assert len(consultants["0360 2027"]) == 4  # nobody has said who covers the new region: all serve the country
