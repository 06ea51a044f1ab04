"""The archive of a case is the same each time, proves itself, and tells whatever somebody changed in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import EngineError, ErrorCode
from engine.law import load_package, package_from_files
from engine.review import (
    build_explanation,
    read_archive,
    read_case_file,
    render_explanation,
    verify_archive,
    write_archive,
)
from engine.review.archive_zip import EXPLANATION, HEADER, LOG, seal_files
from engine.runtime import Engine, LogKind
from engine.simulation.runner import ANALYST, Player
from engine.store import entries_of
from tests.review.market import (
    MANIFEST,
    archive_of,
    forge,
    play_market,
    put_rows,
    rehash,
    rows_of,
    unzip,
    without_row,
)

Files = dict[str, bytes]


@pytest.fixture
def player(tmp_path: Path) -> Iterator[Player]:
    """A store of its own, for tests that change it."""
    player = play_market(tmp_path)
    yield player
    player.close()


# ---- as it was made ----


def test_archive_is_intact_and_every_decision_and_deadline_is_computed_again(market: Engine, archive: bytes) -> None:
    # when
    report = verify_archive(archive, engine=market)

    # then
    assert report.problems == ()
    assert (report.decisions, report.deadlines, report.notices) == (4, 2, 2)
    assert report.compared
    assert report.gaps == 3


def test_archive_of_the_same_case_is_the_same_to_the_byte(market: Engine, archive: bytes) -> None:
    assert archive_of(market, "R-2") == archive


def test_case_is_found_by_its_id_its_key_its_type_with_key_and_its_instance(market: Engine) -> None:
    for subject in ("case-1", "R-2", "stall_request R-2", "instance-1"):
        found = read_case_file(market, subject)
        assert found.case is not None
        assert found.case.id == "case-1"


def test_unknown_case_is_refused_with_the_nearest(market: Engine) -> None:
    with pytest.raises(EngineError) as caught:
        read_case_file(market, "R-22")

    assert caught.value.code is ErrorCode.RUN_NOT_FOUND
    assert 'Did you mean "R-2"?' in caught.value.problem.message


def test_archive_holds_only_rows_of_the_case_and_the_deployment_of_its_law(tmp_path: Path) -> None:
    # given
    player = play_market(tmp_path, "two_fines")

    # when
    rows = rows_of(unzip(archive_of(player.engine, "F-1")))
    report = verify_archive(archive_of(player.engine, "F-1"), engine=player.engine)
    player.close()

    # then
    assert {row["case_id"] for row in rows} == {None, "case-1"}
    assert [row["entries"] for row in rows if row["case_id"] is None] == ['[["deployment",null]]']
    assert report.ok


def test_archive_keeps_every_version_of_the_law_that_was_in_force_while_the_case_ran(player: Player) -> None:
    # given: the law changes after the first case, and a second case begins under the new one
    before = archive_of(player.engine, "R-2")
    law = load_package(MANIFEST)
    files = dict(law.files)
    name = next(each for each in files if each.endswith("stall_fee.dmn"))
    files[name] = files[name].replace(b"<text>200</text>", b"<text>300</text>")
    changed = package_from_files(files, law.file)
    player.engine.deploy(changed, ANALYST)
    facts = {"request_number": "R-3", "keeper_name": "Eri", "keeper_street": "1 Quay", "stall_size": "large"}
    player.engine.raise_event("lantern_market", "stall requested", {**facts, "fee_paid": 250}, ANALYST)
    player.engine.run_due()

    # when
    report = verify_archive(archive_of(player.engine, "R-3"), engine=player.engine)
    versions = json.loads(unzip(archive_of(player.engine, "R-3"))[HEADER])["versions"]

    # then: the new case knows the new law alone, the old one still only the old
    assert report.ok
    assert [version["version"] for version in versions] == [2]
    assert player.engine.find_case("lantern_market", "stall_request", "R-3").state == "returned"  # type: ignore[union-attr]
    assert [each["version"] for each in json.loads(unzip(before)[HEADER])["versions"]] == [1]
    assert unzip(archive_of(player.engine, "R-2"))[LOG] == unzip(before)[LOG]


# ---- erased ----


def test_what_the_store_has_erased_is_erased_in_page_and_archive_and_the_rest_still_proves_itself(
    player: Player,
) -> None:
    # given
    engine = player.engine
    issued = next(entry for entry in case_log(engine) if entry.kind == LogKind.NOTICE_ISSUED)
    with engine._store.transaction("officer") as tx:
        tx.log.erase_payload(issued.seq)

    # when
    data = archive_of(engine, "R-2")
    report = verify_archive(data, engine=engine)
    page = unzip(data)[EXPLANATION].decode()

    # then
    assert report.ok
    assert report.erased > 0
    assert "We need your insurance certificate" not in page
    assert "What is recorded here was erased." in page
    assert not any(name.startswith("notices/notice-1/") for name in unzip(data))
    assert any(name.startswith("notices/notice-2/") for name in unzip(data))


def test_case_of_which_everything_was_erased_still_shows_that_it_was_and_when(player: Player) -> None:
    # given
    engine = player.engine
    with engine._store.transaction("officer") as tx:
        for link in list(tx.log.links_of_case("case-1")):
            tx.log.erase_payload(link.seq)

    # when
    data = archive_of(engine, "case-1")
    report = verify_archive(data, engine=engine)
    page = unzip(data)[EXPLANATION].decode()

    # then
    assert report.ok
    assert (report.erased, report.decisions, report.notices) == (report.entries, 0, 0)
    assert "Monday, 26 February 2024" in page
    assert "Ben Ito" not in page
    assert not any(b"Ben Ito" in content for name, content in unzip(data).items())


def test_claim_that_a_row_was_erased_is_told_by_the_store(market: Engine, archive: bytes) -> None:
    # given
    def hide(files: Files) -> None:
        rows = rows_of(files)
        rows[3]["payload"] = rows[3]["salt"] = None
        put_rows(files, rows)

    # when
    report = verify_archive(forge(archive, hide), engine=market)

    # then
    assert "the archive says that it was erased, but the store holds it." in messages(report)


# ---- tampered with ----


def test_any_single_byte_that_changes_is_told(archive: bytes) -> None:
    # given: bytes spread over the whole file, and those at its very ends
    places = sorted(
        {0, 1, 10, 14, *range(29, len(archive), len(archive) // 24), *range(len(archive) - 100, len(archive), 9)}
    )

    for place in places:
        # when
        changed = archive[:place] + bytes([archive[place] ^ 1]) + archive[place + 1 :]

        # then
        assert is_told(changed), f"byte {place}"


def is_told(data: bytes) -> bool:
    try:
        return not verify_archive(data).ok
    except EngineError as error:
        assert error.code is ErrorCode.ARCHIVE_INVALID
        return True


@pytest.mark.parametrize("size", [0, 1, 100, -1, -71])
def test_archive_that_was_cut_is_told(archive: bytes, size: int) -> None:
    assert is_told(archive[:size])


def test_archive_with_bytes_put_before_or_behind_it_is_told(archive: bytes) -> None:
    assert is_told(b"MZ" + archive)
    assert is_told(archive + b"\n")


def change_payload(old: str, new: str, *, chain: bool) -> Callable[[Files], None]:
    """Change a word of a payload; with *chain* the hashes from there on are made anew."""

    def change(files: Files) -> None:
        rows = rows_of(files)
        number = next(n for n, row in enumerate(rows) if row["payload"] and old in row["payload"])
        rows[number]["payload"] = rows[number]["payload"].replace(old, new)
        if chain:
            rehash(rows, number)
        put_rows(files, rows)

    return change


def swap_rows(files: Files) -> None:
    rows = rows_of(files)
    rows[2], rows[3] = rows[3], rows[2]
    put_rows(files, rows)


def repeat_row(files: Files) -> None:
    rows = rows_of(files)
    put_rows(files, [*rows[:3], rows[2], *rows[3:]])


def change_header(key: str, value: object) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        header = json.loads(files[HEADER])
        header[key] = value
        files[HEADER] = json.dumps(header).encode()

    return change


def change_file(ending: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        name = next(each for each in sorted(files) if each.endswith(ending))
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def drop_file(ending: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[next(each for each in sorted(files) if each.endswith(ending))]

    return change


def add_file(files: Files) -> None:
    files["models/v1/decisions/more.dmn"] = b"<definitions/>"


FORGED: list[tuple[str, Callable[[Files], None], str]] = [
    ("a fact", change_payload("5 River Street", "6 River Street", chain=False), "payload is not the one"),
    (
        "a fact, with the chain made anew",
        change_payload("5 River Street", "6 River Street", chain=True),
        "not the page",
    ),
    (
        "the answer of a decision",
        change_payload('"outcome":"enough"', '"outcome":"short"', chain=True),
        "evaluating again",
    ),
    (
        "the input of a decision",
        change_payload('"stall_size":"large"},"decisions"', '"stall_size":"small"},"decisions"', chain=True),
        "evaluating again gives",
    ),
    (
        "the due date of a deadline",
        change_payload('"due_date":"2024-03-10"', '"due_date":"2024-03-09"', chain=True),
        "computing again gives 2024-03-10",
    ),
    (
        "the start of a deadline",
        change_payload('"started_on":"2024-02-29","amount"', '"started_on":"2024-02-28","amount"', chain=True),
        "computing again gives",
    ),
    (
        "the arithmetic of a deadline",
        change_payload("Sat 2 Mar (Saturday)", "Sat 2 Mar (holiday)", chain=True),
        "its arithmetic is",
    ),
    (
        "the calendar of a deadline",
        change_payload('"calendar":"lantern_market_office"', '"calendar":"another"', chain=True),
        "its calendar is another, but computing again gives lantern_market_office",
    ),
    ("the order of rows", swap_rows, "does not come after"),
    ("a row told twice", repeat_row, "does not come after"),
    (
        "a fee in a table",
        change_file("stall_fee.dmn", b"<text>200</text>", b"<text>201</text>"),
        "is not the file that was deployed",
    ),
    (
        "a holiday of the calendar",
        change_file("calendar.yaml", b"day: 3", b"day: 4"),
        "is not the file that was deployed",
    ),
    ("a diagram", change_file("stall_permit.bpmn", b"Examine", b"Exa_ine"), "is not the file that was deployed"),
    (
        "a limit",
        change_file("market_limits.dmn", b"<text>5</text>", b"<text>6</text>"),
        "is not the file that was deployed",
    ),
    (
        "a word of a notice",
        change_file("notice-1/text.txt", b"insurance", b"assurance"),
        "is not the one that was issued",
    ),
    ("a word of the page", change_file(EXPLANATION, b"lapsed", b"granted"), "is not the page"),
    ("a table taken out", drop_file("stall_fee.dmn"), "is missing"),
    ("a notice taken out", drop_file("notice-1/text.txt"), "is not the one that was issued"),
    ("a file put in", add_file, "knows this file"),
    ("the head of the log", change_header("log_entries", 1), "the log ended at entry 1"),
    ("the notices that are listed", change_header("notices", {}), "is not the one that was issued"),
    ("the versions that are listed", change_header("versions", []), "not listed"),
]


@pytest.mark.parametrize(("what", "change", "said"), FORGED, ids=[case[0] for case in FORGED])
def test_what_a_forger_changed_is_told_though_sums_and_seal_are_right(
    archive: bytes, what: str, change: Callable[[Files], None], said: str
) -> None:
    # when
    report = verify_archive(forge(archive, change))

    # then
    assert said in messages(report)
    assert {problem.code for problem in report.problems} == {ErrorCode.ARCHIVE_DIFFERS}


def test_fact_changed_by_one_who_also_rewrites_the_page_is_told_by_the_store(market: Engine, archive: bytes) -> None:
    # given
    def change(files: Files) -> None:
        change_payload("5 River Street", "6 River Street", chain=True)(files)
        case_file, _, _ = read_archive(seal_files(files))
        files[EXPLANATION] = render_explanation(build_explanation(case_file)).encode()

    # when
    report = verify_archive(forge(archive, change), engine=market)

    # then
    assert "the store holds another row of this number." in messages(report)


def test_page_of_another_version_of_the_program_is_not_compared_and_the_report_says_so(archive: bytes) -> None:
    # given
    def age(files: Files) -> None:
        change_header("page", 0)(files)
        change_file(EXPLANATION, b"lapsed", b"ended")(files)

    # when
    report = verify_archive(forge(archive, age))

    # then
    assert report.ok
    assert not report.page_compared
    assert verify_archive(archive).page_compared


def test_row_left_out_by_one_who_also_rewrites_the_page_is_told_by_the_store(market: Engine) -> None:
    # given
    whole = read_case_file(market, "R-2")
    breach = next(
        link for link in whole.links if any(entry.kind == LogKind.DEADLINE_BREACHED for entry in entries_of(link))
    )
    cut = without_row(whole, breach)

    # when
    report = verify_archive(write_archive(cut, render_explanation(build_explanation(cut))), engine=market)

    # then
    assert messages(report) == "the store holds it, but the archive does not."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("no archive", b"PK"),
        ("another zip", seal_files({"a.txt": b"a"})),
        ("no log", seal_files({HEADER: b"{}", EXPLANATION: b""})),
        ("a header that is no JSON", seal_files({HEADER: b"{", EXPLANATION: b"", LOG: b""})),
        ("a header without its keys", seal_files({HEADER: b"{}", EXPLANATION: b"", LOG: b""})),
        ("a header that is a list", seal_files({HEADER: b"[]", EXPLANATION: b"", LOG: b""})),
        ("a log that is no JSON", seal_files({HEADER: b'{"format": 1}', EXPLANATION: b"", LOG: b"x"})),
        ("a page that is no text", seal_files({HEADER: b"{}", EXPLANATION: b"\xff", LOG: b""})),
    ],
)
def test_what_is_no_archive_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(EngineError) as caught:
        verify_archive(content)

    assert caught.value.code is ErrorCode.ARCHIVE_INVALID


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a\\b", "models/../../evil"])
def test_archive_with_a_path_that_leaves_it_is_refused(name: str) -> None:
    with pytest.raises(EngineError) as caught:
        verify_archive(seal_files({name: b"x"}))

    assert "leaves the archive" in caught.value.problem.message


def test_archive_with_a_file_twice_is_refused(archive: bytes) -> None:
    # given
    twice = io.BytesIO(archive)
    with zipfile.ZipFile(twice, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr(LOG, b"")

    # then
    with pytest.raises(EngineError) as caught:
        verify_archive(twice.getvalue())
    assert "twice" in caught.value.problem.message


@pytest.mark.parametrize("field", ["seq", "at", "actor", "roles", "entries", "hash", "salt", "payload"])
@pytest.mark.parametrize("value", [None, 5, "x", [], {}])
def test_row_of_another_shape_is_told_or_refused(archive: bytes, field: str, value: object) -> None:
    # given
    def spoil(files: Files) -> None:
        rows = rows_of(files)
        rows[2][field] = value
        put_rows(files, rows)

    # then
    assert is_told(forge(archive, spoil))


def messages(report: Any) -> str:
    return "\n".join(problem.message for problem in report.problems)


def case_log(engine: Engine) -> list[Any]:
    return list(read_case_file(engine, "R-2").log())
