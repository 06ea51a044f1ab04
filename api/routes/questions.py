"""Questions and decisions, answered alone: no case is opened and nothing is stored."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from api.context import CurrentEngine, new_router
from api.permissions import Permission, needs
from api.schemas.questions import AnswerIn, AnswerOut, DecisionOut, EvaluationIn, EvaluationOut, QuestionOut
from api.values import plain, values_in

router = new_router("questions")

Package = Annotated[str | None, Query(max_length=200, description="needed where several packages have it")]
ASKS = needs(Permission.ASK)


@router.get("/questions", response_model=list[QuestionOut], openapi_extra=ASKS)
def list_questions(engine: CurrentEngine, package: Package = None) -> Any:
    """What can be asked alone: each question with its facts, their types and its clauses."""
    laws = engine.laws() if package is None else [engine.package(package)]
    return [{"package": law.id, **each.as_data()} for law in laws for each in law.questions.by_id.values()]


@router.get("/questions/{question_id}", response_model=QuestionOut, openapi_extra=ASKS)
def question(question_id: str, engine: CurrentEngine, package: Package = None) -> Any:
    """One question with its facts, which of them must be given, an example of each, and its clauses."""
    asker = engine.asker(question_id, package)
    return {"package": asker.law.id, **asker.question(question_id).as_data()}


@router.post("/questions/{question_id}/answers", response_model=AnswerOut, openapi_extra=ASKS)
def answer_question(question_id: str, body: AnswerIn, engine: CurrentEngine) -> Any:
    """The answer in words and as a value, with arithmetic, rules, clauses, readings, and what is not verified."""
    answer = engine.ask(question_id, body.facts, package_id=body.package, on=body.on, readings=body.readings)
    return answer.as_data()


@router.get("/decisions/{decision_id}", response_model=DecisionOut, openapi_extra=ASKS)
def decision(decision_id: str, engine: CurrentEngine, package: Package = None) -> Any:
    """A decision in force with the inputs that it uses, its own and those of the decisions that it requires."""
    return plain(engine.decision(decision_id, package_id=package))


@router.post("/decisions/{decision_id}/evaluations", response_model=EvaluationOut, openapi_extra=ASKS)
def evaluate_decision(decision_id: str, body: EvaluationIn, engine: CurrentEngine) -> Any:
    """Evaluate a decision in force with these inputs. A value of null with an error among the warnings is no answer."""
    given = values_in(body.inputs, "inputs")
    result = engine.evaluate(decision_id, given, package_id=body.package, explain=body.explain)
    return {
        "decision_id": decision_id,
        "value": plain(result.value),
        "clauses": list(result.audit.clauses),
        "warnings": plain(result.warnings),
        "audit": result.audit.as_data(),
    }
