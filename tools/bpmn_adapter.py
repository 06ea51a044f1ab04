"""The adapter between the BPMN conformance runner and `engine.bpmn`: one JSON object per line, in and out.

Use: `python run_bpmn.py --adapter "python -m tools.bpmn_adapter"`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from engine.errors import EngineError
from engine.feel import from_python
from tools.bpmn_host import Host


def answer(host: Host, request: dict[str, Any]) -> tuple[Host, dict[str, Any]]:
    """Do what *request* asks; a reset gives a new host."""
    host, reply = _do(host, request)
    host.fire_due()  # a date that has passed is due at once
    return host, reply


def _do(host: Host, request: dict[str, Any]) -> tuple[Host, dict[str, Any]]:
    variables = {name: from_python(value) for name, value in (request.get("variables") or {}).items()}
    match request["op"]:
        case "reset":
            return Host(), {"ok": True}
        case "deploy":
            refused = host.deploy(request["files"])
            return host, {"refused": refused} if refused else {"ok": True}
        case "start":
            return host, {"instance": host.start(request["process"], variables)}
        case "message":
            host.publish(request["name"], str(request["key"]), variables)
        case "signal":
            host.broadcast(request["name"], variables)
        case "advance":
            host.advance(request["by"])
        case "job":
            host.answer_job(request["element"], request["action"], request.get("code") or "", variables)
        case "state":
            return host, host.state(request["instance"])
        case other:
            return host, {"error": f"unknown op {other}"}
    return host, {"ok": True}


def main() -> None:
    host = Host()
    for line in sys.stdin:
        try:
            host, reply = answer(host, json.loads(line))
        except EngineError as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
