"""Service task (BPMN 10.3.3): a job of its type."""

from __future__ import annotations

from engine.bpmn.spiff.elements.job_element import JobElement


class ServiceTask(JobElement):
    pass
