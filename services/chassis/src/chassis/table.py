"""Tables for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import category, normalize


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as a table: no cell can be taken for a formula, and letters are told to be UTF-8.

    Shape: a line of column names and one per row, separated by semicolons; a list is one cell.
    """
    out = io.StringIO()
    out.write("\ufeff")  # without it Excel reads æ, ø and å wrongly
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(("\t", "\r")) or _begins(text) in "=+-@" else text


def _begins(text: str) -> str:
    """The sign that a spreadsheet would begin with: after what cannot be seen, and in its plain form."""
    seen = (each for each in text if not each.isspace() and category(each) not in ("Cc", "Cf", "Mn", "Me"))
    return normalize("NFKC", next(seen, " "))[:1]
