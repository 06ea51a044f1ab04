"""[message-sender] A message waited for that nothing sends. [message-receiver] One that nothing waits for."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import ElementType, EventKind
from engine.bpmn.expressions import is_feel
from engine.errors import ErrorCode, Location, Problem, did_you_mean
from engine.law import Effect, SendMessage, StartProcess
from engine.review.checks.context import ReviewContext, problem_at
from engine.review.checks.review import Review
from engine.runtime.deliveries import DELIVERY_MESSAGE

THROWING = frozenset({ElementType.INTERMEDIATE_THROW_EVENT, ElementType.END_EVENT})


def check_message_sender(review: Review) -> Iterator[Problem]:
    sent = _sent(review.context)
    for diagram, _, element in review.context.elements():
        name = element.message_name
        if element.type in THROWING or name is None or is_feel(name) or name in sent:
            continue
        yield problem_at(
            diagram,
            element,
            f'"{element.label}" waits for the message "{name}", which no event of the vocabulary and no element sends.'
            f"{did_you_mean(name, sent)}",
            "let an event of the manifest or a job send it, or correct the name",
        )


def check_message_receiver(review: Review) -> Iterator[Problem]:
    caught = {
        element.message_name
        for _, _, element in review.context.elements()
        if element.event.kind is EventKind.MESSAGE and element.type not in THROWING
    }
    vocabulary = review.context.package.vocabulary
    for event in vocabulary.events.values():
        for effect in event.does:
            for name in _names(effect):
                if name in caught:
                    continue
                yield Problem(
                    ErrorCode.TRACE_MODELS,
                    f'the event "{event.name}" sends the message "{name}", which no element '
                    f"waits for.{did_you_mean(name, [each for each in caught if each])}",
                    Location(file=vocabulary.file, part=f"events > {event.name}"),
                    hint="draw what waits for it, or correct the name",
                )


def _names(effect: Effect) -> tuple[str, ...]:
    """The messages that an effect of an event may send."""
    if isinstance(effect, StartProcess):
        return (effect.message,)
    if isinstance(effect, SendMessage):
        return tuple(filter(None, (effect.name, effect.otherwise)))
    return ()


def _sent(context: ReviewContext) -> set[str]:
    names: set[str] = {DELIVERY_MESSAGE}
    for event in context.package.vocabulary.events.values():
        for effect in event.does:
            names.update(_names(effect))
    for message in (context.package.on_breach, context.package.on_undelivered):
        if message is not None:
            names.add(message.message)
    for _, _, element in context.elements():
        names.update(filter(None, [context.header(element, "message")]))
        if element.type in THROWING and element.message_name is not None:
            names.add(element.message_name)
    return names
