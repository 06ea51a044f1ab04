"""Bounds on reading and evaluating: every expression ends, whatever a model file holds.

Exceeding one is never a null: it stops the evaluation with FEEL_LIMIT, because a cut-off answer is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, ErrorCode, Location, Problem, Span, failure


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts, not times: the same expression meets the same limit on every machine."""

    max_text: int = 100_000
    max_depth: int = 200
    max_steps: int = 1_000_000
    max_list: int = 100_000
    max_string: int = 1_000_000
    max_warnings: int = 1_000


DEFAULT_LIMITS = Limits()
SMALL = 64
"""A list or a string of this length is allowed by all limits that are not stricter than that themselves."""


_HINT = "make the expression smaller, or split it into several decisions"


class LimitExceeded(EngineError):
    """Raised where a bound is met; evaluating an expression adds its text and the span."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(Problem(ErrorCode.FEEL_LIMIT, message, Location(span=span), hint=_HINT))
        self.message = message
        self.span = span

    def __reduce__(self) -> tuple[type[LimitExceeded], tuple[str, Span | None]]:  # type: ignore[override]
        return (type(self), (self.message, self.span))

    def as_error(self, text: str) -> EngineError:
        """The same error with the text in which it happened."""
        return failure(ErrorCode.FEEL_LIMIT, self.message, hint=_HINT, text=text, span=self.span or Span(0, len(text)))
