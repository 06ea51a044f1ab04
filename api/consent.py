"""The agent's and the client's side of a request for consent: what is to be seen now, and what a click does.

All state lies in the engine. A screen is the open user task of the episode, or the wait for the client's answer, or
what became of it; its words are the notices and forms of the law package, which says in its manifest which they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import EngineError, ErrorCode, failure
from engine.feel import Value
from engine.handlers import CONSENT_RECORD, AnswerLink, search_key
from engine.handlers.contract import Actor
from engine.law import CompleteUserTask, ConsentPages, Form, LawPackage
from engine.runtime import CaseRecord, Engine, InstanceView, NoticeView, UserTaskView

ATTEMPT = "attempt_number"
"""In the record of an attempt, as the job types of consent write it."""
_NOTICES = 10_000


@dataclass(frozen=True, slots=True)
class Screen:
    """What the agent sees. `kind` is task, sending, waiting, associated or ended; `left` is the time to answer."""

    kind: str
    key: str
    notice: NoticeView | None
    form: Form | None = None
    task: UserTaskView | None = None
    variables: Mapping[str, Value] | None = None
    due: datetime | None = None
    client_case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the client sees: the question of one attempt, and why it is closed, if it is (a reason code)."""

    episode: CaseRecord
    link: AnswerLink
    notice: NoticeView | None
    closed: str


@dataclass(frozen=True, slots=True)
class ConsentLaw:
    """The law by which consent is obtained, and which of its words the pages speak in."""

    package: LawPackage
    pages: ConsentPages

    def form(self, role: str) -> Form:
        return self.package.forms[self.pages.forms[role]]


def consent_law(engine: Engine) -> ConsentLaw:
    """The deployed law that has pages of consent. Errors: LAW_UNKNOWN_PACKAGE while there is none, or more than one."""
    found = [ConsentLaw(law, law.consent_pages) for law in engine.laws() if law.consent_pages is not None]
    if len(found) != 1:
        several = " and ".join(each.package.id for each in found)
        said = (
            f"several laws have pages of consent: {several}." if found else "no law with pages of consent is deployed."
        )
        hint = "deploy a package whose manifest has consent_pages, and one only"
        raise failure(ErrorCode.LAW_UNKNOWN_PACKAGE, said, hint=hint)
    return found[0]


# ---- the agent ----------------------------------------------------------------------------------------------------


def raise_search(engine: Engine, given: Mapping[str, str], number: str, actor: Actor) -> None:
    """Search for a client. The same number again is the same search."""
    law = consent_law(engine)
    facts = {**_filled(given), law.pages.keys["search"]: number, law.pages.facts["asked_by"]: actor.id}
    engine.raise_event(law.package.id, law.pages.events["search"], facts, actor, event_id=f"{actor.id} {number}")


def own_search(engine: Engine, search_number: str, actor: Actor) -> CaseRecord:
    """The search, for the agent who made it. Errors: CASE_NOT_FOUND for everybody else too."""
    law = consent_law(engine)
    search = _find(engine, law, "search", search_number)
    if search is None or _text(search, law.pages.facts["asked_by"]) != actor.id:
        raise failure(ErrorCode.CASE_NOT_FOUND, "there is no such search of yours.", hint="search for the client again")
    return search


def read_screen(engine: Engine, search: CaseRecord) -> Screen:
    law = consent_law(engine)
    episode = _episode_of(engine, law, search)
    if episode is None:
        client_case = None
        if search.state == law.pages.associated_already:
            client_case = _associated_client(engine, law, search)
        notice = _last_notice(engine, law, search, None)
        kind = "ended" if client_case is None else "associated"
        return Screen(kind, _key(kind, notice), notice, client_case_id=client_case)
    instances = engine.instances(case_id=episode.id, process_id=law.pages.process)
    latest = instances[-1] if instances else None
    notice = _last_notice(engine, law, episode, latest)
    if latest is None or latest.status != "active":
        held = _client_case(engine, law, _text(episode, law.pages.keys["client"]))
        agent = _text(episode, law.pages.facts["asked_by"])
        allowed = held is not None and engine.may_see_case(agent, held)
        kind = "associated" if allowed else "ended"
        return Screen(kind, _key(kind, notice), notice, client_case_id=held if allowed else None)
    tasks = engine.user_tasks(case_id=episode.id)
    if tasks:
        task = tasks[0]
        variables = {**{name: fact.value for name, fact in episode.facts.items()}, **task.variables}
        form = law.package.forms.get(task.form_id or "")
        return Screen("task", f"task {task.id}", notice, form, task, variables)
    record = _record(episode)
    deadline = episode.deadlines.get(law.pages.deadline)
    waits = record.get("dispatched_at") is not None and record.get("outcome") is None and deadline is not None
    kind = "waiting" if waits else "sending"
    due = deadline.due if waits and deadline is not None else None
    return Screen(kind, f"{kind} {record.get('attempt_number')}", notice, law.form("waiting"), due=due)


def complete_screen(
    engine: Engine, search: CaseRecord, element_id: str, given: Mapping[str, str], actor: Actor
) -> None:
    """Raise the event that completes the task of the screen. A click on a screen that has passed does nothing."""
    law = consent_law(engine)
    episode = _episode_of(engine, law, search)
    event = next(
        (
            event
            for event in law.package.vocabulary.events.values()
            if any(isinstance(effect, CompleteUserTask) and effect.element == element_id for effect in event.does)
        ),
        None,
    )
    if episode is None or event is None:
        raise failure(ErrorCode.TASK_NOT_FOUND, f'no screen is called "{element_id}".')
    taken = {*event.requires, *event.may_have}
    facts: dict[str, object] = {name: value for name, value in given.items() if name in taken}
    facts[law.pages.keys["episode"]] = episode.key
    try:
        engine.raise_event(law.package.id, event.name, facts, actor)
    except EngineError as error:
        if error.code not in (ErrorCode.TASK_NOT_FOUND, ErrorCode.TASK_COMPLETED):
            raise


def withdraw(engine: Engine, search: CaseRecord, how: str, actor: Actor) -> None:
    """The agent cancels or leaves (*how* is cancel or leave); where nothing is under way that changes nothing."""
    law = consent_law(engine)
    episode = _episode_of(engine, law, search)
    if episode is None:
        return
    facts = {law.pages.keys["episode"]: episode.key, law.pages.facts["withdrawal"]: law.pages.withdrawals[how]}
    try:
        engine.raise_event(law.package.id, law.pages.events["withdraw"], facts, actor)
    except EngineError as error:
        if error.code is not ErrorCode.MSG_NOBODY:
            raise


# ---- the client ---------------------------------------------------------------------------------------------------


def read_question(engine: Engine, link: AnswerLink) -> Question:
    """The question of one attempt. Errors: CASE_NOT_FOUND."""
    law = consent_law(engine)
    episode = engine.case(link.case_id)
    versions = [
        fact.value
        for fact in episode.history
        if fact.name == CONSENT_RECORD
        and isinstance(fact.value, Mapping)
        and fact.value.get(ATTEMPT) == link.attempt_number
    ]
    asked = next((each["question_id"] for each in reversed(versions) if "question_id" in each), None)
    notices = engine.notices(episode.id, limit=_NOTICES)
    notice = next((each for each in notices if each.id == asked), None)
    return Question(episode, link, notice, _why_closed(engine, law, episode, link, bool(versions)))


def answer_question(engine: Engine, question: Question, given: Mapping[str, str], actor: Actor) -> None:
    """The answer stands in the field of the form that the law names so."""
    law = consent_law(engine)
    answer = given.get(law.pages.facts["answer"], "")
    facts = {
        law.pages.keys["episode"]: question.episode.key,
        ATTEMPT: question.link.attempt_number,
        law.pages.facts["answer"]: answer,
        law.pages.facts["channel"]: question.link.channel,
    }
    engine.raise_event(law.package.id, law.pages.events["answer"], facts, actor)


def answer_effect(engine: Engine, question: Question) -> str:
    """The reason code of what the last answer to this attempt did; empty when there is none."""
    given = _received(consent_law(engine), engine.case(question.episode.id))
    return str(given.get("effect")) if given.get(ATTEMPT) == question.link.attempt_number else ""


def open_questions(engine: Engine, client_number: str) -> list[Question]:
    """What a client who has logged in is asked now."""
    found = []
    law = consent_law(engine)
    kind = law.pages.case_types["episode"]
    key = search_key(engine, kind, {law.pages.keys["client"]: client_number})
    for episode in engine.cases_by_search_key(law.package.id, kind, key):
        number = _record(episode).get(ATTEMPT)
        if isinstance(number, str):
            question = read_question(engine, AnswerLink(episode.id, number, "portal"))
            if not question.closed and question.notice is not None:
                found.append(question)
    return found


def _why_closed(engine: Engine, law: ConsentLaw, episode: CaseRecord, link: AnswerLink, known: bool) -> str:
    record, given = _record(episode), _received(law, episode)
    if given.get(ATTEMPT) == link.attempt_number and given.get("effect") != "late":
        return "repeated"
    due = episode.deadlines.get(law.pages.deadline)
    over = record.get("dispatched_at") is not None and due is not None and engine.now() >= due.due
    if not known or record.get(ATTEMPT) != link.attempt_number or record.get("outcome") is not None or over:
        return "late"
    return ""


# ---- shared -------------------------------------------------------------------------------------------------------


def _text(case: CaseRecord, name: str) -> str:
    fact = case.facts.get(name)
    return str(fact.value) if fact is not None else ""


def _record(episode: CaseRecord) -> Mapping[str, Value]:
    return _context(episode, CONSENT_RECORD)


def _received(law: ConsentLaw, episode: CaseRecord) -> Mapping[str, Value]:
    """The last answer and what it did."""
    return _context(episode, law.pages.facts["received"])


def _context(case: CaseRecord, name: str) -> Mapping[str, Value]:
    fact = case.facts.get(name)
    return fact.value if fact is not None and isinstance(fact.value, Mapping) else {}


def _filled(given: Mapping[str, str]) -> dict[str, object]:
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _find(engine: Engine, law: ConsentLaw, role: str, key: str) -> CaseRecord | None:
    return engine.find_case(law.package.id, law.pages.case_types[role], key)


def _episode_of(engine: Engine, law: ConsentLaw, search: CaseRecord) -> CaseRecord | None:
    number = _text(search, law.pages.keys["episode"])
    return _find(engine, law, "episode", number) if number else None


def _client_case(engine: Engine, law: ConsentLaw, number: str) -> str | None:
    case = _find(engine, law, "client", number)
    return None if case is None else case.id


def _associated_client(engine: Engine, law: ConsentLaw, search: CaseRecord) -> str | None:
    """The client whom the search found, by the process instance of the search: only its agent gets here."""
    instances = engine.instances(case_id=search.id)
    number = instances[-1].variables.get(law.pages.keys["client"]) if instances else None
    case_id = _client_case(engine, law, str(number)) if number else None
    if case_id is None or not engine.may_see_case(_text(search, law.pages.facts["asked_by"]), case_id):
        return None
    return case_id


def _last_notice(engine: Engine, law: ConsentLaw, case: CaseRecord, instance: InstanceView | None) -> NoticeView | None:
    """The latest notice to the agent, of this run of the process where there is one."""
    notices = [
        notice
        for notice in engine.notices(case.id, limit=_NOTICES)
        if notice.type in law.package.notices
        and law.package.notices[notice.type].to == law.pages.asked_by
        and (instance is None or notice.instance_id == instance.id)
    ]
    return notices[-1] if notices else None


def _key(kind: str, notice: NoticeView | None) -> str:
    return f"{kind} {notice.id if notice is not None else ''}"
