"""The guard of prospects: what an agent is told before a prospect or a new application is made for a person.

Every proposal is recorded, with the message that was shown. One that the law stops is refused with that message. One
at which it only warns is refused too, until it is sent again with the number of the proposal at which the agent was
warned: nobody goes on without having been told. Nothing else of the person is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.consent import ConsentLaw, consent_law
from engine.errors import EngineError, ErrorCode, failure
from engine.handlers.contract import Actor
from engine.runtime import CaseRecord, Engine, NoticeView


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a proposal. *answer* is its state; *notice* the message to the agent, if there was one.

    *stopped* says that it may not be created, *warned* that the agent was warned now, and not before.
    """

    number: str
    answer: str
    notice: NoticeView | None
    stopped: bool
    warned: bool

    @property
    def message(self) -> str:
        return "" if self.notice is None else self.notice.texts["text/plain"]


def propose(engine: Engine, given: Mapping[str, str], number: str, actor: Actor) -> Proposal:
    """The agent is about to enter the person of *given*, facts of the law by their names; *number* is a new one."""
    law = consent_law(engine)
    facts: dict[str, object] = {name: value.strip() for name, value in given.items() if value.strip()}
    facts |= {law.pages.keys["prospect"]: number, law.pages.facts["asked_by"]: actor.id}
    engine.raise_event(law.package.id, law.pages.events["propose"], facts, actor)
    return _proposal(engine, law, number)


def proposal_told(engine: Engine, package_id: str, event: str, number: str) -> Proposal | None:
    """The proposal of this number, when *event* of this package tells one."""
    law = next((each for each in engine.laws() if each.id == package_id), None)
    if law is None or law.consent_pages is None or law.consent_pages.events["propose"] != event:
        return None
    return _proposal(engine, ConsentLaw(law, law.consent_pages), number)


def refuse_proposal(proposal: Proposal) -> None:
    """Errors: CONSENT_PROSPECT_STOPPED, CONSENT_PROSPECT_WARNED, with the message and what to do."""
    if proposal.stopped:
        raise _refused(ErrorCode.CONSENT_PROSPECT_STOPPED, proposal, "ask for access to the case: GET /consent/search")
    if proposal.warned:
        hint = f'ask for access to the case; to go on all the same, send it again, warned at "{proposal.number}"'
        raise _refused(ErrorCode.CONSENT_PROSPECT_WARNED, proposal, hint)


def _refused(code: ErrorCode, proposal: Proposal, hint: str) -> EngineError:
    return failure(code, " ".join(proposal.message.split()), part=proposal.number, hint=hint)


def _proposal(engine: Engine, law: ConsentLaw, number: str) -> Proposal:
    case = _find(engine, law, number)
    if case is None:
        raise failure(ErrorCode.CASE_NOT_FOUND, "the answer to this proposal is missing.")
    notices = engine.notices(case.id, limit=10)
    warned = case.state == law.pages.proposals["warned"] and not _was_warned(engine, law, case)
    stopped = case.state == law.pages.proposals["stopped"]
    return Proposal(number, case.state, notices[-1] if notices else None, stopped, warned)


def _was_warned(engine: Engine, law: ConsentLaw, case: CaseRecord) -> bool:
    """Whether the proposal names an earlier one of this agent, for the same, at which they were warned."""
    named = case.facts.get(law.pages.facts["warned_at"])
    earlier = None if named is None else _find(engine, law, str(named.value))
    if earlier is None or earlier.id == case.id or earlier.state != law.pages.proposals["warned"]:
        return False
    event = law.package.vocabulary.events[law.pages.events["propose"]]
    same = [name for name in event.requires if name != law.pages.keys["prospect"]]
    return all(_value(earlier, name) == _value(case, name) for name in same)


def _find(engine: Engine, law: ConsentLaw, number: str) -> CaseRecord | None:
    return engine.find_case(law.package.id, law.pages.case_types["prospect"], number)


def _value(case: CaseRecord, name: str) -> object:
    fact = case.facts.get(name)
    return None if fact is None else fact.value
