"""Documents as their readers meet them: a browser checked by axe, and a PDF checked by a validator."""

from pathlib import Path

import pytest

from chassis.document import page
from planning.domain.snapshot import document
from planning.queries.document import pack, pdf, plan
from support.advised import NOTES
from support.answered import PACKS
from support.browser import Look, look
from support.published import PLANS
from support.validator import conformity

DOCUMENTS = {
    **{name: plan.told(document(made())) for name, made in PLANS.items()},
    **{name: pack.told(made()) for name, made in PACKS.items()},
}
PAGES = {**DOCUMENTS, **NOTES}


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Look]:
    """What a browser finds of each page, by its name."""
    folder = tmp_path_factory.mktemp("pages")
    pages = [folder / f"{name}.html" for name in PAGES]
    for file, each in zip(pages, PAGES.values(), strict=True):
        file.write_text(page.printed(each), encoding="utf-8")
    return dict(zip(PAGES, look(pages, folder=folder), strict=True))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the validator says of each PDF, and of one that says to conform and does not, by their names."""
    folder = tmp_path_factory.mktemp("files")
    for name, each in DOCUMENTS.items():
        (folder / f"{name}.pdf").write_bytes(pdf.printed(each))
    broken = (folder / "empty.pdf").read_bytes().replace(b"/StructTreeRoot", b"/StructTreeRoof")
    (folder / "broken.pdf").write_bytes(broken)
    return conformity(sorted(folder.glob("*.pdf")))


@pytest.mark.rule("c.1/on-paper", "c.5/document", "c.5/pictures", "c.5/pack")
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong_with_a_page_in_a_real_browser(looks: dict[str, Look], name: str) -> None:
    assert looks[name].violations == []
    assert looks[name].passed > 20
    assert set(looks[name].unsure) <= {"color-contrast"}  # of texts in drawings, whose contrasts a unit test computes


@pytest.mark.rule("c.1/on-paper", "c.5/document", "c.5/pack")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_screen_fetches_nothing_and_lets_the_keyboard_pass_by_its_head(
    looks: dict[str, Look], name: str
) -> None:
    assert looks[name].wide == {"320": 320, "1280": 1280}  # WCAG 2.1, 1.4.10
    assert [each.rpartition("/")[2] for each in looks[name].fetched] == [f"{name}.html"]
    assert looks[name].said == []
    assert looks[name].first == "Gå til indholdet"


def test_axe_would_find_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    made = page.printed(DOCUMENTS["full"]).replace('lang="da"', "")
    wrong.write_text(made.replace("--ink: #1a1a1a", "--ink: #bbb"), encoding="utf-8")
    [found] = look([wrong], folder=tmp_path)
    assert {each.partition(":")[0] for each in found.violations} >= {"html-has-lang", "color-contrast"}


@pytest.mark.rule("c.5/document", "c.5/pictures", "c.5/pack")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_validator_finds_that_a_pdf_can_be_read_by_everybody(verdicts: dict[str, str], name: str) -> None:
    assert verdicts[name].strip() == "PASS"


def test_the_validator_would_find_a_mistake(verdicts: dict[str, str]) -> None:
    assert verdicts["broken"].startswith("FAIL")
