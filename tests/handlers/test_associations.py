"""`association.grant`, `association.revoke` and `association.read`."""

from __future__ import annotations

import pytest

from engine.feel import Value
from engine.handlers.contract import Association, AssociationGranted, AssociationRevoked
from tests.handlers.harbour import NOW, Bench, failure_of, run

CALL = {"case_type": "call"}
WHO: dict[str, Value] = {"key": "CQ7", "holder": "pilot-1"}


def test_association_is_granted_with_what_it_rests_on() -> None:
    (record,) = run("association.grant", {**CALL, "role": "pilot"}, Bench(), **WHO, basis="attempt-1").records

    assert record == AssociationGranted("call", "CQ7", "pilot-1", "pilot", "attempt-1")


def test_role_that_the_law_does_not_declare_is_refused() -> None:
    problem = failure_of("association.grant", {**CALL, "role": "pirate"}, Bench(), **WHO, basis="attempt-1")

    assert problem.code == "JOB_HEADER"


@pytest.mark.parametrize("missing", ["key", "holder", "basis"])
def test_association_without_its_parts_is_refused(missing: str) -> None:
    given: dict[str, Value] = {**WHO, "basis": "attempt-1", missing: "  "}

    problem = failure_of("association.grant", {**CALL, "role": "pilot"}, Bench(), **given)

    assert (problem.code, problem.location.part) == ("JOB_INPUT", f"input {missing}")


def test_association_is_revoked_with_a_reason_or_without() -> None:
    assert run("association.revoke", CALL, Bench(), **WHO, reason="asked to").records == (
        AssociationRevoked("call", "CQ7", "pilot-1", "asked to"),
    )
    assert run("association.revoke", CALL, Bench(), **WHO).records == (
        AssociationRevoked("call", "CQ7", "pilot-1", ""),
    )
    assert failure_of("association.revoke", CALL, Bench(), **WHO, reason=True).code == "JOB_INPUT"


def test_association_in_force_is_read() -> None:
    held = {("call", "CQ7", "pilot-1"): Association("pilot-1", "pilot", "attempt-1", NOW)}

    assert run("association.read", CALL, Bench(associations=held), **WHO).variables == {"associated": True}
    assert run("association.read", CALL, Bench(), **WHO).variables == {"associated": False}
