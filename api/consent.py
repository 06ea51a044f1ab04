"""The agent's and the client's side of a request for consent: what is to be seen now, and what a click does.

All state lies in the engine. A screen is the open user task of the episode, or the wait for the client's answer, or
what became of it; its words are the notices and forms of the law package. The names of the package that this module
speaks are gathered in `NAMES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import EngineError, ErrorCode, failure
from engine.feel import Value
from engine.handlers import AnswerLink, search_key
from engine.handlers.contract import Actor
from engine.law import CompleteUserTask, Form, LawPackage
from engine.runtime import CaseRecord, Engine, InstanceView, NoticeView, UserTaskView

_NOTICES = 10_000


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of the consent package: its case types, its process, its events, its forms."""

    package: str = "agent_consent"
    client: str = "client"
    search: str = "case_search"
    episode: str = "access_episode"
    prospect: str = "prospect"
    process: str = "case_access"
    searched: str = "case access searched"
    withdrew: str = "agent withdrew"
    answered: str = "consent answered"
    proposed: str = "prospect proposed"
    question: str = "consent_question"
    answer: str = "answer_received"
    deadline: str = "consent_answer"


NAMES = Names()


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


def consent_law(engine: Engine) -> LawPackage:
    """Errors: LAW_UNKNOWN_PACKAGE while the consent package is not deployed."""
    return engine.package(NAMES.package)


# ---- the agent ----------------------------------------------------------------------------------------------------


def filled_fields(given: Mapping[str, str]) -> dict[str, object]:
    """The filled fields of a search as facts."""
    return {name: value.strip() for name, value in given.items() if value.strip()}


def own_search(engine: Engine, search_number: str, actor: Actor) -> CaseRecord:
    """The search, for the agent who made it. Errors: CASE_NOT_FOUND for everybody else too."""
    search = engine.find_case(NAMES.package, NAMES.search, search_number)
    if search is None or _text(search, "agent_id") != actor.id:
        raise failure(ErrorCode.CASE_NOT_FOUND, "there is no such search of yours.", hint="search for the client again")
    return search


def read_screen(engine: Engine, search: CaseRecord) -> Screen:
    law = consent_law(engine)
    episode = _episode_of(engine, search)
    if episode is None:
        client_case = None
        if search.state == "associated already":
            client_case = _associated_client(engine, search)
        notice = _last_notice(engine, law, search, None)
        kind = "ended" if client_case is None else "associated"
        return Screen(kind, _key(kind, notice), notice, client_case_id=client_case)
    instances = engine.instances(case_id=episode.id, process_id=NAMES.process)
    latest = instances[-1] if instances else None
    notice = _last_notice(engine, law, episode, latest)
    if latest is None or latest.status != "active":
        held = _client_case(engine, episode)
        allowed = held is not None and engine.may_see_case(_text(episode, "agent_id"), held)
        kind = "associated" if allowed else "ended"
        return Screen(kind, _key(kind, notice), notice, client_case_id=held if allowed else None)
    tasks = engine.user_tasks(case_id=episode.id)
    if tasks:
        task = tasks[0]
        variables = {**{name: fact.value for name, fact in episode.facts.items()}, **task.variables}
        form = law.forms.get(task.form_id or "")
        return Screen("task", f"task {task.id}", notice, form, task, variables)
    record = _record(episode)
    deadline = episode.deadlines.get(NAMES.deadline)
    waits = record.get("dispatched_at") is not None and record.get("outcome") is None and deadline is not None
    kind = "waiting" if waits else "sending"
    due = deadline.due if waits and deadline is not None else None
    return Screen(kind, f"{kind} {record.get('attempt_number')}", notice, law.forms.get("waiting"), due=due)


def complete_screen(
    engine: Engine, search: CaseRecord, element_id: str, given: Mapping[str, str], actor: Actor
) -> None:
    """Raise the event that completes the task of the screen. A click on a screen that has passed does nothing."""
    episode = _episode_of(engine, search)
    law = consent_law(engine)
    event = next(
        (
            event
            for event in law.vocabulary.events.values()
            if any(isinstance(effect, CompleteUserTask) and effect.element == element_id for effect in event.does)
        ),
        None,
    )
    if episode is None or event is None:
        raise failure(ErrorCode.TASK_NOT_FOUND, f'no screen is called "{element_id}".')
    taken = {*event.requires, *event.may_have}
    facts: dict[str, object] = {name: value for name, value in given.items() if name in taken}
    facts["episode_number"] = episode.key
    try:
        engine.raise_event(NAMES.package, event.name, facts, actor)
    except EngineError as error:
        if error.code not in (ErrorCode.TASK_NOT_FOUND, ErrorCode.TASK_COMPLETED):
            raise


def withdraw(engine: Engine, search: CaseRecord, how: str, actor: Actor) -> None:
    """The agent cancels or leaves; where nothing is under way that changes nothing."""
    episode = _episode_of(engine, search)
    if episode is None:
        return
    facts = {"episode_number": episode.key, "withdrawal": how}
    try:
        engine.raise_event(NAMES.package, NAMES.withdrew, facts, actor)
    except EngineError as error:
        if error.code is not ErrorCode.MSG_NOBODY:
            raise


# ---- the client ---------------------------------------------------------------------------------------------------


def read_question(engine: Engine, link: AnswerLink) -> Question:
    """The question of one attempt. Errors: CASE_NOT_FOUND."""
    episode = engine.case(link.case_id)
    versions = [
        fact.value
        for fact in episode.history
        if fact.name == "consent_record"
        and isinstance(fact.value, Mapping)
        and fact.value.get("attempt_number") == link.attempt_number
    ]
    asked = next((each["question_id"] for each in reversed(versions) if "question_id" in each), None)
    notices = engine.notices(episode.id, limit=_NOTICES)
    notice = next((each for each in notices if each.id == asked), None)
    return Question(episode, link, notice, _why_closed(engine, episode, link, bool(versions)))


def answer_question(engine: Engine, question: Question, answer: str, actor: Actor) -> None:
    engine.raise_event(
        NAMES.package,
        NAMES.answered,
        {
            "episode_number": question.episode.key,
            "attempt_number": question.link.attempt_number,
            "consent_answer": answer,
            "answer_channel": question.link.channel,
        },
        actor,
    )


def answer_effect(engine: Engine, question: Question) -> str:
    """The reason code of what the last answer to this attempt did; empty when there is none."""
    received = engine.case(question.episode.id).facts.get("answer_received")
    value = received.value if received is not None else None
    if isinstance(value, Mapping) and value.get("attempt_number") == question.link.attempt_number:
        return str(value.get("effect"))
    return ""


def open_questions(engine: Engine, client_number: str) -> list[Question]:
    """What a client who has logged in is asked now."""
    found = []
    key = search_key(engine, NAMES.episode, {"client_number": client_number})
    for episode in engine.cases_by_search_key(NAMES.package, NAMES.episode, key):
        number = _record(episode).get("attempt_number")
        if isinstance(number, str):
            question = read_question(engine, AnswerLink(episode.id, number, "portal"))
            if not question.closed and question.notice is not None:
                found.append(question)
    return found


def _why_closed(engine: Engine, episode: CaseRecord, link: AnswerLink, known: bool) -> str:
    record = _record(episode)
    received = episode.facts.get("answer_received")
    given = received.value if received is not None and isinstance(received.value, Mapping) else {}
    if given.get("attempt_number") == link.attempt_number and given.get("effect") != "late":
        return "repeated"
    due = episode.deadlines.get(NAMES.deadline)
    over = record.get("dispatched_at") is not None and due is not None and engine.now() >= due.due
    if not known or record.get("attempt_number") != link.attempt_number or record.get("outcome") is not None or over:
        return "late"
    return ""


# ---- shared -------------------------------------------------------------------------------------------------------


def _text(case: CaseRecord, name: str) -> str:
    fact = case.facts.get(name)
    return str(fact.value) if fact is not None else ""


def _record(episode: CaseRecord) -> Mapping[str, Value]:
    fact = episode.facts.get("consent_record")
    return fact.value if fact is not None and isinstance(fact.value, Mapping) else {}


def _episode_of(engine: Engine, search: CaseRecord) -> CaseRecord | None:
    number = _text(search, "episode_number")
    return engine.find_case(NAMES.package, NAMES.episode, number) if number else None


def _client_case(engine: Engine, episode: CaseRecord) -> str | None:
    case = engine.find_case(NAMES.package, NAMES.client, _text(episode, "client_number"))
    return None if case is None else case.id


def _associated_client(engine: Engine, search: CaseRecord) -> str | None:
    """The client whom the search found, by the process instance of the search: only its agent gets here."""
    instances = engine.instances(case_id=search.id)
    number = instances[-1].variables.get("client_number") if instances else None
    case = engine.find_case(NAMES.package, NAMES.client, str(number)) if number else None
    if case is None or not engine.may_see_case(_text(search, "agent_id"), case.id):
        return None
    return case.id


def _last_notice(engine: Engine, law: LawPackage, case: CaseRecord, instance: InstanceView | None) -> NoticeView | None:
    """The latest notice to the agent, of this run of the process where there is one."""
    notices = [
        notice
        for notice in engine.notices(case.id, limit=_NOTICES)
        if notice.type in law.notices
        and law.notices[notice.type].to == "agent"
        and (instance is None or notice.instance_id == instance.id)
    ]
    return notices[-1] if notices else None


def _key(kind: str, notice: NoticeView | None) -> str:
    return f"{kind} {notice.id if notice is not None else ''}"
