"""A frontend developer generates a client from a service's document, and it compiles and reads well."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from contracts.snapshots import ROOT
from contracts.topics import SERVICES
from support.node import NODE, installed

FOLDER = Path(__file__).parent / "typescript"
OPTIONS = {
    "strict": True,
    "noEmit": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "lib": ["es2022", "dom", "dom.iterable"],
    "types": [],
}
USE = """
import { adoptPreparednessPlan, preparednessPlans } from "./advisory";

export async function adopt(id: string, token: string): Promise<string> {
  const board = await preparednessPlans({ auth: token, query: { compliant: false, limit: 20 } });
  if (!board.data) throw new Error(board.error.slug);
  const adopted = await adoptPreparednessPlan({
    auth: token,
    path: { id },
    headers: { "Idempotency-Key": crypto.randomUUID(), "If-Match": '"1"' },
    body: { adopted_on: "2024-06-24" },
  });
  if (adopted.error) return adopted.error.slug;
  return adopted.data.municipality;
}
"""


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a client of each service."""
    packages, folder = installed(FOLDER), tmp_path_factory.mktemp("clients")
    for service in SERVICES:
        document = ROOT / "snapshots" / f"openapi-{service}.json"
        generate = [NODE, packages / "@hey-api/openapi-ts/bin/run.js", "-i", document, "-o", folder / service]
        subprocess.run([*generate, "-c", "@hey-api/client-fetch", "--silent"], check=True, cwd=folder, timeout=120)
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS, "include": ["**/*.ts"]}))
    return folder


def compiled(folder: Path) -> str:
    """What the compiler says of all that is in the folder."""
    compiler = [NODE, FOLDER / "node_modules/typescript/bin/tsc", "-p", folder]
    return subprocess.run(compiler, capture_output=True, text=True, check=False, timeout=120).stdout


def test_the_clients_of_all_services_compile_with_a_program_that_uses_one(clients: Path) -> None:
    (clients / "use.ts").write_text(USE)
    assert compiled(clients) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('adopted_on: "2024-06-24"', "adopted_at: 3"),
        ('"If-Match": \'"1"\'', ""),
        ("adopted.data.municipality", "adopted.data.mayor"),
        ("path: { id }", "path: {}"),
    ],
)
def test_a_program_that_uses_a_client_wrongly_does_not_compile(clients: Path, right: str, wrong: str) -> None:
    assert right in USE
    (clients / "use.ts").write_text(USE.replace(right, wrong))
    try:
        assert "use.ts" in compiled(clients)
    finally:
        (clients / "use.ts").unlink()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_what_it_does_and_has_a_name_that_reads_well_in_a_client(service: str) -> None:
    paths = json.loads((ROOT / "snapshots" / f"openapi-{service}.json").read_text())["paths"]
    operations = [each for path in paths.values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    for each in operations:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", each["operationId"]), each["operationId"]
        assert each["summary"], each["operationId"]
