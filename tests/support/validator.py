"""veraPDF, which says whether a PDF can be read by everybody (PDF/UA-1, ISO 14289-1)."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from embedded import packages
from embedded.java import class_path, java
from embedded.platform import home

MAIN = "org.verapdf.apps.GreenfieldCliWrapper"


def conformity(files: Sequence[Path]) -> dict[str, str]:
    """PASS or FAIL of each file by its name; what a file breaks follows its FAIL."""
    jars = class_path(packages.fetch("verapdf", into=home() / "parts", say=print))
    asked = ["--flavour", "ua1", "--format", "text", "--verbose", *map(str, files)]
    run = [str(java()), "-Xmx512m", "-Djava.awt.headless=true", "-cp", jars, MAIN, *asked]
    said = subprocess.run(run, capture_output=True, text=True, check=False, timeout=240).stdout
    found, name = dict[str, str](), ""
    for line in said.splitlines():
        if line.startswith(("PASS", "FAIL")) and ".pdf" in line:
            verdict, _, rest = line.partition(" ")
            name = Path(rest.rpartition(".pdf")[0]).name
            found[name] = verdict
        elif name:
            found[name] += f"\n{line}"
    return found
