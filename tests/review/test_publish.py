"""The published site: complete, without script, every link leads somewhere, and texts are shown as texts."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import load_package
from engine.review import read_coverage
from engine.review.publish import OfficialText, SiteInput, publish_site, read_official
from engine.review.publish.official import text_for
from engine.review.publish.scenario_pages import EXPECTED
from engine.simulation import Shelf, load_scenario
from engine.simulation.expectations import KINDS
from tests.review.market import MANIFEST, MINI_LAW, market_runs
from tests.tools.project import make_project, run_cli

OUTLINE = """LANTERN MARKET ORDINANCE

Section 1. Definitions. (1) Keeper means <any person> who applies.

(2) Business day has its ordinary meaning
but for Fridays.
Section 2. Stalls. (1) In writing.
- (2) The fee is due at once.
"""


def _given(official: OfficialText | None = None) -> SiteInput:
    shelf = Shelf([MANIFEST])
    coverage = read_coverage(shelf.load(MANIFEST))
    stories = [load_scenario(path, shelf) for path in sorted((MINI_LAW / "scenarios").glob("*.yaml"))]
    return SiteInput(coverage, stories, market_runs(), {"lmo": official or {}})


@cache
def _site() -> dict[str, str]:
    return {name: page.decode() for name, page in publish_site([_given()]).items()}


def test_site_has_a_page_for_each_diagram_model_register_and_story() -> None:
    assert {name for name in _site() if name.startswith("lantern_market/")} >= {
        f"lantern_market/{page}.html"
        for page in (
            "index",
            "diagram-stall_permit",
            "diagram-stall_fine",
            "diagram-request_return",
            "table-stall_fee",
            "table-market_limits",
            "law-lmo",
            "matrix",
            "notices",
            "parameters",
            "calendars",
            "scenarios",
            "scenario-certificate-in-time",
        )
    }


def test_every_link_of_the_site_leads_to_a_page_and_a_place_on_it() -> None:
    ids = {name: set(re.findall(r'\bid="([^"]+)"', page)) for name, page in _site().items()}
    checked = 0
    for name, page in _site().items():
        for href in re.findall(r'href="([^"]+)"', page):
            target, _, anchor = unescape(href).partition("#")
            place = name if not target else _beside(name, target)
            assert place in ids, f"{name}: {href}"
            assert not anchor or anchor in ids[place], f"{name}: {href}"
            checked += 1
    assert checked > 300


def _beside(name: str, target: str) -> str:
    folder = name.rpartition("/")[0]
    return target.removeprefix("../") if target.startswith("../") else f"{folder}/{target}" if folder else target


def test_pages_need_no_script_and_nothing_from_elsewhere() -> None:
    for name, page in _site().items():
        assert not re.search(r"<script|\son\w+=|javascript:|<(?:img|link|iframe)\b|url\((?!#)", page), name
        assert re.search(r'<html lang="[a-z]', page), name
        assert page.count("<h1>") == 1, name


def test_every_page_has_a_title_of_its_own_and_ids_that_stand_once() -> None:
    titles = [page.partition("<title>")[2].partition("</title>")[0] for page in _site().values()]
    ids = {name: re.findall(r' id="([^"]+)"', page) for name, page in _site().items()}

    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert {name: found for name, found in ids.items() if len(set(found)) < len(found)} == {}


def test_headings_of_every_page_leave_out_no_level() -> None:
    for name, page in _site().items():
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]

        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(below <= above + 1 for above, below in pairwise(levels)), name


def test_every_table_has_a_caption_and_heads_with_their_scope() -> None:
    for name, page in _site().items():
        assert page.count("<table") == page.count("<caption"), name
        assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", page)), name


def test_step_of_a_diagram_names_what_it_asks_and_runs_and_no_gateway_by_its_id() -> None:
    pages = [page for name, page in _site().items() if "/diagram-" in name]

    assert not [name for page in pages for name in re.findall(r"<strong>(Gateway_\w+)", page)]
    assert not [
        name for page in pages for name in re.findall(r"(?:asks|runs the process) <a [^>]*>(Decision_\w+)<", page)
    ]


def test_each_shape_of_a_diagram_links_to_the_words_about_it() -> None:
    # given
    page = _site()["lantern_market/diagram-stall_permit.html"]
    elements = _given().coverage.models.diagrams
    process = next(d.processes["stall_permit"] for d in elements if "stall_permit" in d.processes)

    # then
    for element in process.elements.values():
        assert f'<a href="#{element.id}"><title>' in page
        assert f'<li id="{element.id}">' in page
    assert page.count("<polyline") == len(process.flows)


def test_rule_shows_conditions_answers_and_the_clause_with_its_words_below() -> None:
    # given
    page = _site()["lantern_market/table-stall_fee.html"]
    model = next(each for each in _given().coverage.models.decisions if each.file.endswith("stall_fee.dmn"))

    # then
    for decision in model.decisions:
        for rule in decision.rules:
            row = re.search(rf'<tr id="{rule.id}">.*?</tr>', page)
            assert row is not None
            assert all(f"law-lmo.html#{_anchor(ref)}" in row[0] for ref in rule.clauses)
    assert "EUR 120 for a small stall" in page


def _anchor(ref: str) -> str:
    return "clause-" + "".join(each if each.isalnum() else f"-{ord(each):x}-" for each in ref)


def test_story_tells_events_and_expectations_in_the_order_of_their_days() -> None:
    # when
    page = _site()["lantern_market/scenario-certificate-in-time.html"]

    # then
    days = re.findall(r"<h2>(\w+day, [^<]+)</h2>", page)
    assert len(days) > 2
    assert page.index("<strong>") < page.index("Expected:")
    assert "holds" in page


def test_every_kind_of_expectation_has_its_words() -> None:
    assert EXPECTED.keys() == KINDS.keys()


def test_same_law_gives_the_same_bytes() -> None:
    assert {name: page.decode() for name, page in publish_site([_given()]).items()} == _site()


# ---- the official text ----


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ("1(1)", "Keeper means <any person> who applies."),
        ("1(2)", "Business day has its ordinary meaning but for Fridays."),
        ("2(1)", "In writing."),
        ("2(2)", "The fee is due at once."),
        ("2(1).log", "In writing."),
        ("9", ""),
    ],
)
def test_outline_gives_each_clause_its_paragraph(tmp_path: Path, clause: str, says: str) -> None:
    # given
    copy = tmp_path / "ordinance.txt"
    copy.write_text(OUTLINE, encoding="utf-8")

    # when
    official = read_official(copy, load_package(MANIFEST).registers["lmo"])

    # then
    assert text_for(official, clause) == says


def test_table_of_texts_is_shown_beside_our_words_and_as_text_only(tmp_path: Path) -> None:
    # given
    copy = tmp_path / "ordinance.csv"
    copy.write_text('id,text\n2(1),"Whoever <script>asks</script>"\n', encoding="utf-8")

    # when
    official = read_official(copy, load_package(MANIFEST).registers["lmo"])
    page = publish_site([_given(official)])["lantern_market/law-lmo.html"].decode()

    # then
    assert "Whoever &lt;script&gt;asks&lt;/script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("none.txt", None, "cannot be read"),
        ("latin.txt", "§ 1 Stände".encode("latin-1"), "is not UTF-8"),
        ("other.txt", b"Section 99. Nothing of this law.", "no paragraph of it is a clause"),
        ("columns.csv", b"clause,words\n2(1),x\n", "no paragraph of it is a clause"),
    ],
)
def test_copy_that_is_none_is_refused_with_what_is_expected(
    tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    # given
    copy = tmp_path / name
    if data is not None:
        copy.write_bytes(data)

    # when
    with pytest.raises(EngineError, match=says) as caught:
        read_official(copy, load_package(MANIFEST).registers["lmo"])

    # then
    assert caught.value.problems[0].code is ErrorCode.LAW_REGISTER


# ---- the command ----


def test_publish_writes_the_site_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    make_project(tmp_path, monkeypatch)

    # when
    code = run_cli("publish", tmp_path / "site", "--scenarios", "processes/lantern_market/scenarios")

    # then
    assert code == 0
    assert "pages written; open" in capsys.readouterr().out
    assert (tmp_path / "site" / "lantern_market" / "index.html").is_file()


@pytest.mark.parametrize(
    ("official", "says"),
    [("lmo", "expected REGISTER=FILE"), ("lno=copy.txt", "lmo"), ("lmo=absent.txt", "cannot be read")],
)
def test_publish_of_a_wrong_copy_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], official: str, says: str
) -> None:
    # given
    make_project(tmp_path, monkeypatch)

    # when
    code = run_cli("publish", tmp_path / "site", "--official", official)

    # then
    assert code == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_publish_into_a_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    make_project(tmp_path, monkeypatch)
    (tmp_path / "site").write_text("here already", encoding="utf-8")
    played: list[object] = []
    monkeypatch.setattr("tools.commands.publish.play_scenarios", lambda *given, **named: played.append(given))

    # when
    code = run_cli("publish", tmp_path / "site", "--scenarios", "processes/lantern_market/scenarios")

    # then: nothing was played for nothing
    assert code == 2
    assert played == []
    assert "cannot be written" in capsys.readouterr().err
