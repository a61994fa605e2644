"""The realm with what only a developer's machine has: `python -m embedded.realms` prints it. Standard library only."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any, cast

FOLDER = Path(__file__).resolve().parents[3] / "keycloak"


def local() -> object:
    """The realm as everywhere, and users and clients with passwords that are made on the machine itself."""
    files = [FOLDER / "maerk-realm.json", FOLDER / "maerk-realm.local.json"]
    return reduce(_merged, [json.loads(file.read_text(encoding="utf-8")) for file in files])


def demo_users() -> tuple[str, ...]:
    """The users that a developer's machine has, each called as their role; programs' own accounts are left out.

    Shape: nobody where the file of such a machine is not, as in an image.
    """
    file = FOLDER / "maerk-realm.local.json"
    users: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["users"] if file.exists() else []
    return tuple(each["username"] for each in users if "serviceAccountClientId" not in each)


def _merged(base: Any, more: Any) -> Any:
    if isinstance(base, dict) and isinstance(more, dict):
        base, more = cast("dict[str, Any]", base), cast("dict[str, Any]", more)
        return base | {key: _merged(base[key], more[key]) if key in base else more[key] for key in more}
    return base + more if isinstance(base, list) else more


if __name__ == "__main__":
    print(json.dumps(local()))
