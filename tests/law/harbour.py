"""An invented harbour law as a package in memory: its own calendar, zone, currency, parties, notice and form."""

from __future__ import annotations

from collections.abc import Mapping

from engine.law import LawPackage, package_from_files
from tests.calendars.harbour import HARBOUR

MANIFEST_NAME = "processes/harbour/package.yaml"
CALENDAR_NAME = "decisions/calendars/harbour.yaml"
REGISTER_NAME = "decisions/law/harbour.yaml"
NOTICE_NAME = "processes/harbour/notices/berth_refused.md"
FORM_NAME = "processes/harbour/forms/inspect_ship.form"
PROCESS_NAME = "processes/harbour/berth.bpmn"
LIMITS_NAME = "decisions/harbour/limits.dmn"

MANIFEST = """\
package: harbour
title: Berths in the free harbour
time_zone: Europe/Lisbon
currency: {code: EUR, symbol: "€"}
calendar: ../../decisions/calendars/harbour.yaml
office_opens: "09:30"
registers: [../../decisions/law/harbour.yaml]
processes: [berth.bpmn]
decisions: [../../decisions/harbour/limits.dmn]
parameters: {time_limit: Decision_Limit}
forms: [forms/inspect_ship.form]
notices: [notices/berth_refused.md]
main_scenario: scenarios/storm.yaml

parties:
  master: {meaning: the master of the ship, clause: "harbour:1", address: {name: master_name, berth: berth}}
  harbour_office: {meaning: the office, clause: "harbour:1"}
roles:
  - {id: pilot, meaning: inspects ships}
case_types:
  call:
    key: call_sign
    meaning: one call of one ship
    clause: "harbour:2(1)"
    states: {moored: the ship lies in its berth, refused: the ship was sent away}
facts:
  call_sign: {type: string, meaning: the call sign of the ship, clause: "harbour:2(1)"}
  master_name: {type: string, meaning: the name of the master, clause: "harbour:2(1)"}
  berth: {type: string, meaning: the berth asked for, clause: "harbour:2(1)"}
  flag: {type: string, values: [white, blue, red], meaning: the flag shown, clause: "harbour:2(1)"}
  arrived_on: {type: date, meaning: the day of arrival, clause: "harbour:2(1)"}
  dues_paid: {type: number, unit: EUR, meaning: the dues paid, clause: ["harbour:2(2)", R-7]}
  defects: {type: list, items: string, values: [hull, anchor, lights], meaning: what is broken, clause: "harbour:3"}
  insured: {type: boolean, meaning: whether the ship is insured, clause: "harbour:3"}
  order_of_arrival: {type: number, meaning: the place in the row of arrivals, clause: "harbour:2(1)"}
events:
  ship arrives:
    meaning: a ship calls at the harbour
    clause: "harbour:2(1)"
    by: master
    case: call
    date_fact: arrived_on
    requires: [call_sign, flag]
    may_have: [dues_paid]
    does:
      - start: {message: ship_arrived, key: call_sign}
      - ledger: {entry: dues, amount: dues_paid}
  ship is inspected:
    meaning: the pilot looks at the ship
    clause: "harbour:3"
    by: harbour_office
    case: call
    requires: [call_sign, defects]
    does:
      - user_task: {element: Activity_InspectShip, key: call_sign}
      - message: {name: inspected, key: call_sign}
on_breach: {message: duty_missed, key: case_key}
"""

REGISTER = """\
register: harbour
title: The harbour law
in_force: ["2"]
clauses:
  - {id: "1", text: Who is who., citation: Harbour law 1, kind: definition, home: data definition, status: found}
  - id: "2(1)"
    text: A ship that arrives is logged.
    citation: Harbour law 2(1)
    kind: obligation
    home: process step
    status: found
    actor: harbour office
    readings: [R-7]
    limit: {number: 3, unit: business days}
  - {id: "2(2)", text: Dues., citation: Harbour law 2(2), kind: computation, home: computation, status: recalled}
  - {id: "2(3)", text: Order., citation: Harbour law 2(3), kind: effect, home: decision, status: found}
  - {id: "3", text: Inspection., citation: Harbour law 3, kind: obligation, home: notice content, status: found}
  - {id: "21", text: Not in force., citation: Harbour law 21, kind: effect, home: decision, status: found}
groups: {"2": Arrival, "proclamation(3)": The proclamation of the jubilee, "2(4)": x, "2(5)": x, "2(6)": x, "2(7)": x,
  "2(8)": x, "2(9)": x, "2(10)": x}
"""

NOTICE = """\
---
notice: berth_refused
title: Refusal of a berth
subject: Ship {{ call_sign }} is refused
clause: "harbour:3"
to: master
channels: [mail, portal]
inputs: [reason_code, fine]
reason_texts:
  unsafe: Your ship is not safe to moor.
data:
  last_day: "=deadlines.repair.due_date"
required:
  - {id: reason, clause: "harbour:3", meaning: why the berth is refused, value: "=get value(reason_texts, reason_code)"}
  - {id: last_day, clause: "harbour:3", meaning: the last day for repairs, value: "=last_day", as: date}
  - {id: fine, clause: "harbour:2(2)", meaning: the fine, value: "=fine", as: money}
  - {id: defects, clause: "harbour:3", meaning: every defect, value: "=defects"}
---
# Refusal of a berth

To {{ master_name }}, {{ notice.date | weekday }} {{ notice.date }}.

{{ reason_texts[reason_code] }} Your fine is **{{ fine | money }}**.

{% for defect in defects %}
{{ loop.index }}. {{ defect }}
{% endfor %}

{% if insured %}
Ask your insurer.
{% endif %}

Repair your ship by {{ last_day | weekday }}, {{ last_day }}.
"""

FORM = (
    '{"id": "inspect_ship", "components": [{"type": "text"}, {"key": "defects"}, {"components": [{"key": "insured"}]}]}'
)


def harbour_files(**changed: str | bytes) -> dict[str, bytes]:
    """The files of the package; keyword arguments replace one by its constant's name, e.g. NOTICE=..."""
    files: Mapping[str, str | bytes] = {
        MANIFEST_NAME: changed.get("MANIFEST", MANIFEST),
        CALENDAR_NAME: changed.get("CALENDAR", HARBOUR),
        REGISTER_NAME: changed.get("REGISTER", REGISTER),
        NOTICE_NAME: changed.get("NOTICE", NOTICE),
        FORM_NAME: changed.get("FORM", FORM),
        PROCESS_NAME: "<definitions/>",
        LIMITS_NAME: "<definitions/>",
    }
    return {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}


def harbour_package(**changed: str | bytes) -> LawPackage:
    return package_from_files(harbour_files(**changed), MANIFEST_NAME)
