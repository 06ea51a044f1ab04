"""Connects the decision engine to the runner of the DMN conformance suite: one JSON object a line in, one a line out.

    python -m tools.tck_adapter

Request and answer, and the form of values, are those of the runner that lies beside the cases. The model asked for last
is kept; models that it imports lie in its folder. `check_model` is not called: an unknown name is a null here.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from engine.clock import SystemClock
from engine.dmn import DecisionLibrary, DecisionResult, Model
from engine.errors import EngineError, ErrorCode, failure
from engine.feel import Value, format_value, from_wire, to_wire
from tools.decision_models import load_model


class Adapter:
    """Answers requests; holds the library of one model."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._path: str | None = None
        self._model: Model | None = None
        self._library: DecisionLibrary | None = None

    def answer(self, request: dict[str, object]) -> dict[str, object]:
        """The answer to one request: a value, or the text of an error of ours."""
        try:
            return {"id": request["id"], "value": wire_value(self._evaluate(request).value)}
        except EngineError as error:
            return {"id": request["id"], "error": str(error)}

    def _evaluate(self, request: dict[str, object]) -> DecisionResult:
        model, library = self._load(str(request["model"]))
        name, kind = str(request["invocable"]), str(request["type"])
        given = request.get("inputs")
        inputs: dict[str, Value] = {}
        if isinstance(given, dict):
            inputs = {input_name: from_wire(value) for input_name, value in given.items()}
        now = self._clock.now()
        if kind == "decisionService":
            return library.evaluate_service(_id_of(model.services, name), inputs, now=now)
        if kind == "bkm":
            return library.evaluate_knowledge(_id_of(model.knowledge_models, name), inputs, now=now)
        spaces = request.get("namespaces")
        named = spaces if isinstance(spaces, dict) else {}
        by_namespace = {(str(space), input_name): inputs[input_name] for input_name, space in named.items()}
        return library.evaluate(_id_of(model.decisions, name), inputs, now=now, namespaces=by_namespace)

    def _load(self, path: str) -> tuple[Model, DecisionLibrary]:
        if self._path != path or self._model is None or self._library is None:
            self._model, self._library, self._path = None, None, path
            self._model, self._library = load_model(Path(path))
        return self._model, self._library


def wire_value(value: Value) -> object:
    """The value as the runner reads it; what it has no form for (a function) is said to be so."""
    try:
        return to_wire(value)
    except EngineError:
        return {"unsupported": format_value(value)}


def _id_of(elements: object, name: str) -> str:
    wanted = " ".join(name.split())
    if isinstance(elements, tuple):
        for element in elements:
            if element.name == wanted:
                return str(element.id)
    raise failure(ErrorCode.DMN_UNKNOWN_DECISION, f'expected the name of an element of the model, but got "{name}".')


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer every line of *requests*, in order."""
    adapter = Adapter()
    for line in requests:
        if line.strip():
            request = json.loads(line, parse_float=Decimal)
            answers.write(json.dumps(adapter.answer(request), ensure_ascii=True) + "\n")
            answers.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
