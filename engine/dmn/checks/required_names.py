"""What a decision requires bears different names: of two of one name, only one could be read (DMN 1.5, 7.3.1)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.elements import Elements
from engine.dmn.model import Decision, InputData, Model
from engine.errors import ErrorCode, Problem


def check_required_names(model: Model, elements: Elements) -> Iterable[Problem]:
    for decision in model.decisions:
        seen: dict[tuple[str, ...], tuple[str, str]] = {}
        required = (*decision.required_inputs, *decision.required_decisions)
        for target in elements.graph.targets(model, dict.fromkeys(required)):
            element = target.element
            if not isinstance(element, InputData | Decision):
                continue
            name = (*target.route, element.variable.name)
            other = seen.setdefault(name, target.key)
            if other != target.key:
                yield Problem(
                    ErrorCode.DMN_DUPLICATE,
                    f'expected different names of all that is required, but "{other[1]}" and "{element.id}" are both '
                    f'called "{".".join(name)}".',
                    decision.place,
                    hint="rename one of the two, in its variable too",
                )
