"""The words of each kind of entry in the audit log; a test holds the table `WORDS` complete."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.calendars import show_distance
from engine.runtime.log_kinds import LogKind
from engine.store import LogEntry

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """How a kind of entry reads: its kind for the reader, its words, and whether it is detail."""

    kind: str
    words: Callable[[LogEntry, Data], str]
    detail: bool = False


def _label(entry: LogEntry, data: Data) -> str:
    return str(data.get("name") or entry.element_id or "")


def _day(text: object) -> str:
    """2011-03-08 -> Tuesday, 8 March 2011"""
    day = date.fromisoformat(str(text)[:10])
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _deployed(entry: LogEntry, data: Data) -> str:
    return f"Package {data['package']} deployed, version {data['version']}"


_OUTAGE = {"begins": "The engine is down", "ends": "The engine is up again"}


def _clock(entry: LogEntry, data: Data) -> str:
    return _OUTAGE.get(data.get("outage", ""), f"Clock set forward to {data['to']}")


def _event(entry: LogEntry, data: Data) -> str:
    return f"{data['event'][:1].upper()}{data['event'][1:]} ({data['by']})"


def _started(entry: LogEntry, data: Data) -> str:
    return f"Process started: {data['name']}"


def _resumed(entry: LogEntry, data: Data) -> str:
    credited = f"; {len(data['timers'])} timers credited" if data["timers"] else ""
    return f"Process resumed: {data['reason']}{credited}"


def _migrated(entry: LogEntry, data: Data) -> str:
    return f"Process migrated from version {data['from_version']} to {data['to_version']}: {data['reason']}"


def _element(verb: str) -> Callable[[LogEntry, Data], str]:
    return lambda entry, data: f"{_label(entry, data)}{verb}"


def _job_completed(entry: LogEntry, data: Data) -> str:
    return str(data.get("summary") or f"{_label(entry, data)}: {data['job_type']} done")


def _job_retried(entry: LogEntry, data: Data) -> str:
    why = data["problem"]["message"]
    return f"{_label(entry, data)}: attempt {data['attempt']} failed ({why}); next at {data['retry_at']}"


def _job_error(entry: LogEntry, data: Data) -> str:
    return f"{_label(entry, data)}: ended in error {data['code']}" + (
        f" ({data['message']})" if data["message"] else ""
    )


def _task_created(entry: LogEntry, data: Data) -> str:
    groups = ", ".join(data["candidate_groups"])
    return f"To do: {_label(entry, data)}" + (f" (for {groups})" if groups else "")


def _timer(verb: str) -> Callable[[LogEntry, Data], str]:
    return lambda entry, data: f"Timer {verb}: {entry.element_id}" + (f", due {data['due']}" if "due" in data else "")


def _message(verb: str) -> Callable[[LogEntry, Data], str]:
    return lambda entry, data: f'Message "{data["name"]}" {verb}'


def _signal(verb: str) -> Callable[[LogEntry, Data], str]:
    return lambda entry, data: f'Signal "{data["name"]}" {verb}'


MOST_ENTRIES = 6


def _decision(entry: LogEntry, data: Data) -> str:
    audit = data.get("audit") or {}
    value = data["value"]
    if isinstance(value, dict):
        entries = [f"{name} = {_short(each)}" for name, each in value.items()]
        rest = len(entries) - MOST_ENTRIES
        shown = ", ".join(entries[:MOST_ENTRIES]) + (f" and {rest} more" if rest > 0 else "")
    else:
        shown = _short(value)
    return f"Decision {audit.get('decision_name') or data['decision_id']}: {shown}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _incident(entry: LogEntry, data: Data) -> str:
    problem = data["problem"]
    return f"Incident {problem['code']}: {problem['message']}"


def _warned(entry: LogEntry, data: Data) -> str:
    reasons = "; ".join(problem["message"] for problem in data["problems"])
    return f"The {data['part']} went on with a null: {reasons}"


def _revised(entry: LogEntry, data: Data) -> str:
    names = dict.fromkeys(".".join(each["path"]) for each in data["revisions"])
    return f"Goes on with the right values of {', '.join(names)}: {data['reason']}"


def _resolved(entry: LogEntry, data: Data) -> str:
    return f"Incident {data['code']} resolved" + (f": {data['reason']}" if data["reason"] else "")


def _case_opened(entry: LogEntry, data: Data) -> str:
    return f"Case opened: {data['type']} {data['key']}"


def _case_state(entry: LogEntry, data: Data) -> str:
    return f"State of the case: {data['state']}" + (f" (before: {data['before']})" if data.get("before") else "")


def _fact(entry: LogEntry, data: Data) -> str:
    return f"Fact {data['name']} = {_short(data['value'])}" + (f" ({data['reason']})" if data["reason"] else "")


def _deadline_set(entry: LogEntry, data: Data) -> str:
    duty = "Duty" if data["duty"] else "Limit"
    count = f"{show_distance(int(data['amount']), str(data['unit']))} {_day(data['started_on'])}"
    return f"{duty} {data['name']}: due {_day(data['due_date'])} ({count})"


def _deadline_met(entry: LogEntry, data: Data) -> str:
    late = f", late: it was due {_day(data['due_date'])}" if data["late"] else ""
    reason = f" ({data['reason']})" if data["reason"] and not data["late"] else ""
    return f"{data['name']} {'closed' if reason else 'met'} on {_day(data['on'])}{late}{reason}"


def _deadline_breached(entry: LogEntry, data: Data) -> str:
    return f"Duty breached: {data['name']} was due {_day(data['due_date'])}"


def _notice_issued(entry: LogEntry, data: Data) -> str:
    return f"Notice issued: {data['subject']} (dated {_day(data['dated'])})"


def _notice_sent(entry: LogEntry, data: Data) -> str:
    return f"Notice {data['type']} sent by {data['channel']}"


def _notice_retried(entry: LogEntry, data: Data) -> str:
    why = data["problem"]["message"]
    return f"Notice {data['type']} not sent by {data['channel']}: {why}; next attempt at {data['retry_at']}"


def _notice_reported(entry: LogEntry, data: Data) -> str:
    why = f": {data['reason']}" if data["reason"] else ""
    return f"Notice {data['type']} by {data['channel']} was {data['outcome']}{why}"


def _ledger(entry: LogEntry, data: Data) -> str:
    return f"Ledger: {data['entry']} {data['amount']} {data['currency']}"


def _association_granted(entry: LogEntry, data: Data) -> str:
    return f"{data['holder']} may see the case as {data['role']} ({data['basis']})"


def _association_revoked(entry: LogEntry, data: Data) -> str:
    return f"{data['holder']} may no longer see the case: {data['reason'] or 'no reason given'}"


WORDS: dict[LogKind, Line] = {
    LogKind.DEPLOYED: Line("deployment", _deployed),
    LogKind.CLOCK_MOVED: Line("clock", _clock),
    LogKind.EVENT_RAISED: Line("event", _event),
    LogKind.INSTANCE_STARTED: Line("instance", _started),
    LogKind.INSTANCE_COMPLETED: Line("instance", lambda entry, data: f"Process ended: {entry.element_id}"),
    LogKind.INSTANCE_TERMINATED: Line("instance", lambda entry, data: "Process terminated"),
    LogKind.INSTANCE_CANCELLED: Line(
        "instance", lambda entry, data: f"Process cancelled: {data['reason'] or 'no reason given'}"
    ),
    LogKind.INSTANCE_SUSPENDED: Line("instance", lambda entry, data: f"Process suspended: {data['reason']}"),
    LogKind.INSTANCE_RESUMED: Line("instance", _resumed),
    LogKind.INSTANCE_MIGRATED: Line("instance", _migrated),
    LogKind.TOKEN_MOVED: Line(
        "instance", lambda entry, data: f"Token moved from {data['from']} to {data['to']}: {data['reason']}"
    ),
    LogKind.PROCESS_CALLED: Line("instance", lambda entry, data: f"Process {data['process_id']} called", detail=True),
    LogKind.ELEMENT_ACTIVATED: Line("element", _element(" begins"), detail=True),
    LogKind.ELEMENT_COMPLETED: Line("element", _element("")),
    LogKind.ELEMENT_TERMINATED: Line("element", _element(" is no longer awaited")),
    LogKind.FLOW_TAKEN: Line("flow", lambda entry, data: f"{data.get('name') or data['flow_id']}"),
    LogKind.VARIABLES_CHANGED: Line(
        "variables", lambda entry, data: f"Variables changed: {', '.join(data['variables'])}", detail=True
    ),
    LogKind.VALUES_REVISED: Line("variables", _revised),
    LogKind.EXPRESSION_WARNED: Line("variables", _warned, detail=True),
    LogKind.JOB_CREATED: Line("job", _element(" waits for a worker"), detail=True),
    LogKind.JOB_COMPLETED: Line("job", _job_completed),
    LogKind.JOB_RETRIED: Line("job", _job_retried),
    LogKind.JOB_ERROR: Line("job", _job_error),
    LogKind.TASK_CREATED: Line("task", _task_created),
    LogKind.TASK_COMPLETED: Line("task", lambda entry, data: f"Done: {_label(entry, data)}"),
    LogKind.TASK_REVISED: Line("task", lambda entry, data: f"Shows the right facts now: {_label(entry, data)}"),
    LogKind.TASK_CANCELLED: Line("task", lambda entry, data: f"No longer to do: {_label(entry, data)}"),
    LogKind.TASK_CLAIMED: Line("task", lambda entry, data: f"Taken on by {data['by']}: {_label(entry, data)}"),
    LogKind.TASK_UNCLAIMED: Line("task", lambda entry, data: f"Given back by {data['by']}: {_label(entry, data)}"),
    LogKind.TIMER_SCHEDULED: Line("timer", _timer("set"), detail=True),
    LogKind.TIMER_FIRED: Line("timer", _timer("fired")),
    LogKind.TIMER_CANCELLED: Line("timer", _timer("cancelled"), detail=True),
    LogKind.TIMER_POSTPONED: Line("timer", _timer("moved")),
    LogKind.SUBSCRIBED: Line("message", _message("is awaited"), detail=True),
    LogKind.MESSAGE_PUBLISHED: Line("message", _message("published"), detail=True),
    LogKind.MESSAGE_CORRELATED: Line("message", _message("received")),
    LogKind.MESSAGE_BUFFERED: Line("message", _message("waits for a receiver")),
    LogKind.MESSAGE_EXPIRED: Line("message", _message("expired unread")),
    LogKind.SIGNAL_THROWN: Line("signal", _signal("thrown")),
    LogKind.SIGNAL_DELIVERED: Line("signal", _signal("received")),
    LogKind.SIGNAL_HELD: Line("signal", _signal("kept until the process is resumed")),
    LogKind.DECISION_EVALUATED: Line("decision", _decision),
    LogKind.INCIDENT_RAISED: Line("incident", _incident),
    LogKind.INCIDENT_RESOLVED: Line("incident", _resolved),
    LogKind.CASE_OPENED: Line("case", _case_opened),
    LogKind.CASE_ERASED: Line("case", lambda entry, data: f"Record of the case erased: {data['reason']}"),
    LogKind.CASE_LINKED: Line("case", lambda entry, data: "Process joins the case", detail=True),
    LogKind.CASE_STATE: Line("state", _case_state),
    LogKind.FACT_RECORDED: Line("fact", _fact),
    LogKind.DEADLINE_SET: Line("deadline", _deadline_set),
    LogKind.DEADLINE_MET: Line("deadline", _deadline_met),
    LogKind.DEADLINE_BREACHED: Line("deadline", _deadline_breached),
    LogKind.NOTICE_ISSUED: Line("notice", _notice_issued),
    LogKind.NOTICE_SENT: Line("delivery", _notice_sent),
    LogKind.NOTICE_RETRIED: Line("delivery", _notice_retried),
    LogKind.NOTICE_REPORTED: Line("delivery", _notice_reported),
    LogKind.LEDGER_POSTED: Line("payment", _ledger),
    LogKind.ASSOCIATION_GRANTED: Line("association", _association_granted),
    LogKind.ASSOCIATION_REVOKED: Line("association", _association_revoked),
    LogKind.API_KEY_ADDED: Line(
        "access", lambda entry, data: f"Key {data['key_id']} given to {data['person']} as {', '.join(data['roles'])}"
    ),
    LogKind.API_KEY_REVOKED: Line("access", lambda entry, data: f"Key {data['key_id']} of {data['person']} revoked"),
}
