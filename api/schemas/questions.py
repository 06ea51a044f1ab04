"""Questions that are asked of a law alone, and decisions that are evaluated without a case."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.schemas.base import In, Name, Out, Values

Package = Annotated[Name | None, Field(description="the package; not needed where only one has the question")]


class AnswerIn(In):
    """Facts are plain, as those of an event: the question knows their types."""

    package: Package = None
    facts: Values = Field(default_factory=dict)
    on: Annotated[date | None, Field(strict=False, description="ask as of this day, not of the fact's")] = None
    readings: Annotated[dict[str, str], Field(default_factory=dict, description="other readings, by key")]


class EvaluationIn(In):
    package: Annotated[Name | None, Field(description="the package; not needed where only one has the decision")] = None
    inputs: Values = Field(default_factory=dict)
    explain: Annotated[bool, Field(description="name for each rule that did not match why not")] = False


class QuestionFactOut(Out):
    name: str
    type: str
    items: str | None
    values: list[str]
    unit: str | None
    meaning: str
    clauses: list[str]
    required: bool
    needed_when: Annotated[str | None, Field(description="FEEL: when an optional fact must be given all the same")]
    example: Any


class QuestionOut(Out):
    id: str
    package: str
    asks: str
    clauses: list[str]
    facts: list[QuestionFactOut]
    on: Annotated[str | None, Field(description="the fact whose date says which law applies")]
    runs: Annotated[str, Field(description="the decision or process that answers it")]


class CalculationOut(Out):
    what: str
    lines: list[str]


class RuleUsedOut(Out):
    decision_id: str
    decision: str
    rule_id: Annotated[str | None, Field(description="null for a decision that is a formula")]
    clauses: list[str]
    reason: str
    outputs: Values
    status: str | None


class ReadingUsedOut(Out):
    id: str
    key: str | None
    subject: str
    value: str
    allowed: list[str]
    status: str
    reason: str
    chosen: Annotated[bool, Field(description="chosen for this question, and not the one in force")]


class AnswerOut(Out):
    question: str
    package: str
    asks: str
    on: date
    says: Annotated[str, Field(description="the answer in words")]
    value: Any
    facts: Values
    arithmetic: list[CalculationOut]
    rules: list[RuleUsedOut]
    parameters: list[RuleUsedOut]
    readings: list[ReadingUsedOut]
    unverified: Annotated[list[str], Field(description="what it rests on and nobody has verified")]
    clauses: dict[str, str]
    models: Annotated[dict[str, str], Field(description="SHA-256 of each table that was used")]


class DecisionInputOut(Out):
    name: str
    type: str


class DecisionOut(Out):
    id: str
    name: str
    file: str
    model_hash: str
    inputs: list[DecisionInputOut]
    outputs: list[str]


class EvaluationOut(Out):
    decision_id: str
    value: Any
    clauses: list[str]
    warnings: list[dict[str, Any]]
    audit: dict[str, Any]
