"""Bounds on reading and evaluating: every expression ends, whatever a model file holds.

Exceeding one is never a null: it stops the evaluation with FEEL_LIMIT, because a cut-off answer is no answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import EngineError, ErrorCode, Span, failure


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


class LimitExceeded(Exception):
    """Raised where a bound is met; `Expression.evaluate` turns it into an EngineError with text and span."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def as_error(self, text: str, span: Span | None = None) -> EngineError:
        place = self.span or span or Span(0, len(text))
        hint = "make the expression smaller, or split it into several decisions"
        return failure(ErrorCode.FEEL_LIMIT, self.message, hint=hint, text=text, span=place)
