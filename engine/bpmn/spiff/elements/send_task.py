"""Send task (BPMN 10.3.3): in the zeebe dialect a job, whose handler sends the message."""

from __future__ import annotations

from engine.bpmn.spiff.elements.job_element import JobElement


class SendTask(JobElement):
    pass
