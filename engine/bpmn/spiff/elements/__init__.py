"""One file per BPMN element type; the table says which class an element is built from.

Reading order: base.py (the life of an element instance), scope.py and catching.py (what several elements share),
then any element. A loop around an activity is a spec of its own: multi_instance.py, standard_loop.py.
"""

from engine.bpmn.model import ElementType
from engine.bpmn.spiff.elements.base import ElementSpec
from engine.bpmn.spiff.elements.boundary_event import BoundaryEvent
from engine.bpmn.spiff.elements.business_rule_task import BusinessRuleTask
from engine.bpmn.spiff.elements.call_activity import CallActivity
from engine.bpmn.spiff.elements.end_event import EndEvent
from engine.bpmn.spiff.elements.event_based_gateway import EventBasedGateway
from engine.bpmn.spiff.elements.event_sub_process import EventSubProcess
from engine.bpmn.spiff.elements.exclusive_gateway import ExclusiveGateway
from engine.bpmn.spiff.elements.inclusive_gateway import InclusiveGateway
from engine.bpmn.spiff.elements.intermediate_catch_event import IntermediateCatchEvent
from engine.bpmn.spiff.elements.intermediate_throw_event import IntermediateThrowEvent
from engine.bpmn.spiff.elements.parallel_gateway import ParallelGateway
from engine.bpmn.spiff.elements.pass_through_task import PassThroughTask
from engine.bpmn.spiff.elements.process import ProcessScope
from engine.bpmn.spiff.elements.receive_task import ReceiveTask
from engine.bpmn.spiff.elements.script_task import ScriptTask
from engine.bpmn.spiff.elements.send_task import SendTask
from engine.bpmn.spiff.elements.service_task import ServiceTask
from engine.bpmn.spiff.elements.start_event import StartEvent
from engine.bpmn.spiff.elements.sub_process import SubProcess
from engine.bpmn.spiff.elements.user_task import UserTask

ELEMENTS: dict[ElementType, type[ElementSpec]] = {
    ElementType.PROCESS: ProcessScope,
    ElementType.START_EVENT: StartEvent,
    ElementType.END_EVENT: EndEvent,
    ElementType.INTERMEDIATE_CATCH_EVENT: IntermediateCatchEvent,
    ElementType.INTERMEDIATE_THROW_EVENT: IntermediateThrowEvent,
    ElementType.BOUNDARY_EVENT: BoundaryEvent,
    ElementType.TASK: PassThroughTask,
    ElementType.MANUAL_TASK: PassThroughTask,
    ElementType.SERVICE_TASK: ServiceTask,
    ElementType.SEND_TASK: SendTask,
    ElementType.RECEIVE_TASK: ReceiveTask,
    ElementType.USER_TASK: UserTask,
    ElementType.SCRIPT_TASK: ScriptTask,
    ElementType.BUSINESS_RULE_TASK: BusinessRuleTask,
    ElementType.SUB_PROCESS: SubProcess,
    ElementType.EVENT_SUB_PROCESS: EventSubProcess,
    ElementType.CALL_ACTIVITY: CallActivity,
    ElementType.EXCLUSIVE_GATEWAY: ExclusiveGateway,
    ElementType.PARALLEL_GATEWAY: ParallelGateway,
    ElementType.INCLUSIVE_GATEWAY: InclusiveGateway,
    ElementType.EVENT_BASED_GATEWAY: EventBasedGateway,
}

__all__ = ["ELEMENTS", "ElementSpec"]
