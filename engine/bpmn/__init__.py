"""BPMN 2.0 diagrams in the zeebe dialect: read, checked, compiled and executed.

Entry points: `read_diagram` (bytes -> Diagram or all problems), `check_diagram` (what a deployment would miss, and
style), `compile_diagram` (Diagram -> ProcessDefinition by process id), `Execution` (one live instance).
dialect.md lists what is executed, refused and checked. Reading order: model.py (what a diagram is), effects.py (what a
step answers), execution.py (the commands), then reading/ (strict XML reader), checks/ (one file per rule), and spiff/
(the only place that imports SpiffWorkflow: its __init__ explains how tokens move).
FEEL is the only expression language; a diagram can run no other code.
"""

from engine.bpmn.checks import DeployContext, JobTypeInfo, check_diagram
from engine.bpmn.effects import (
    DecisionEvaluated,
    Effect,
    ElementActivated,
    ElementCompleted,
    ElementEffect,
    ElementFailed,
    ElementMigrated,
    ElementTerminated,
    ExpressionWarned,
    InstanceCompleted,
    InstanceTerminated,
    JobCancelled,
    JobCreated,
    MessageSubscribed,
    ProcessCalled,
    SequenceFlowTaken,
    SignalSubscribed,
    SignalThrown,
    SubscriptionCancelled,
    TimerCancelled,
    TimerPostponed,
    TimerScheduled,
    UserTaskCreated,
    UserTaskRevised,
    VariablesChanged,
)
from engine.bpmn.execution import Execution, ExecutionServices, InstanceStatus
from engine.bpmn.migration import MappedElement, MigrationCheck
from engine.bpmn.model import Diagram, Element, ElementType, EventDefinition, EventKind, Process, SequenceFlow
from engine.bpmn.reading import read_diagram, readable_part
from engine.bpmn.spiff.definition import ProcessDefinition, StartEvent, compile_diagram

__all__ = [
    "DecisionEvaluated",
    "DeployContext",
    "Diagram",
    "Effect",
    "Element",
    "ElementActivated",
    "ElementCompleted",
    "ElementEffect",
    "ElementFailed",
    "ElementMigrated",
    "ElementTerminated",
    "ElementType",
    "EventDefinition",
    "EventKind",
    "Execution",
    "ExecutionServices",
    "ExpressionWarned",
    "InstanceCompleted",
    "InstanceStatus",
    "InstanceTerminated",
    "JobCancelled",
    "JobCreated",
    "JobTypeInfo",
    "MappedElement",
    "MessageSubscribed",
    "MigrationCheck",
    "Process",
    "ProcessCalled",
    "ProcessDefinition",
    "SequenceFlow",
    "SequenceFlowTaken",
    "SignalSubscribed",
    "SignalThrown",
    "StartEvent",
    "SubscriptionCancelled",
    "TimerCancelled",
    "TimerPostponed",
    "TimerScheduled",
    "UserTaskCreated",
    "UserTaskRevised",
    "VariablesChanged",
    "check_diagram",
    "compile_diagram",
    "read_diagram",
    "readable_part",
]
