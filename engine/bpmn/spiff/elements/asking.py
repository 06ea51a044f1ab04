"""How elements ask expressions: for a value to keep, for one that must be there, for a text, a count, a yes or no."""

from __future__ import annotations

from decimal import Decimal

from engine.bpmn.expressions import Expression, show
from engine.bpmn.spiff.task import ElementTask
from engine.bpmn.spiff.variables import visible_variables, why_not_storable
from engine.feel import Value


class Asking:
    """Every answer that an element cannot live with is an ElementFailure that names the text and the variables."""

    def evaluate(self, task: ElementTask, expression: Expression, variables: dict[str, Value]) -> Value:
        """A value to keep; where FEEL went on with a null, the reasons are reported."""
        value, reasons = expression.evaluate(variables, task.workflow.local_now())
        if reasons:
            task.workflow.warn(task, expression, reasons)
        wrong = why_not_storable(value)
        if wrong is not None:
            raise expression.failure(f"expected a value to keep, but {wrong}.", variables)
        return value

    def wanted(self, task: ElementTask, expression: Expression, what: str) -> Value:
        """The value for *task*, which must not be null; *what* says what was expected."""
        if expression.code is None:
            return expression.text
        return self.not_null(task, expression, visible_variables(task), what)

    def not_null(self, task: ElementTask, expression: Expression, variables: dict[str, Value], what: str) -> Value:
        value, reasons = expression.evaluate(variables, task.workflow.local_now())
        if value is None:
            raise expression.failure(f"expected {what}, but got null.", variables, reasons)
        if reasons:
            task.workflow.warn(task, expression, reasons)
        return value

    def wanted_text(self, task: ElementTask, expression: Expression, what: str) -> str:
        value = self.wanted(task, expression, what)
        if not isinstance(value, str):
            raise expression.failure(f"expected {what}, but got {show(value)}.", visible_variables(task))
        return value

    def ask(self, task: ElementTask, expression: Expression, variables: dict[str, Value]) -> bool:
        """A condition: true or false, and nothing else goes on."""
        value = self.not_null(task, expression, variables, "true or false")
        if not isinstance(value, bool):
            raise expression.failure(f"expected true or false, but got {show(value)}.", variables)
        return value

    def wanted_count(self, task: ElementTask, expression: Expression, what: str) -> int:
        """A whole number, 0 or more, also as static text."""
        value = self.wanted(task, expression, what)
        if isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0:
            return int(value)
        if isinstance(value, str) and value.strip().isdecimal():
            return int(value)
        raise expression.failure(f"expected {what}, but got {show(value)}.", visible_variables(task))
