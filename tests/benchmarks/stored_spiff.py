"""Stock SpiffWorkflow kept durably: its own JSON serializer, one SQLite row an instance, one commit a command."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent


class StoredSpiff:
    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        self.serializer = BpmnWorkflowSerializer()
        self.specs: dict[str, Any] = {}

    def deploy(self, diagram: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(diagram))
        for process_id in parser.get_process_ids():
            self.specs[process_id] = parser.get_spec(process_id)

    def begin(self, process_id: str, **variables: Any) -> Any:
        """A workflow at rest, in memory."""
        workflow = BpmnWorkflow(self.specs[process_id])
        workflow.task_tree.data.update(variables)
        workflow.do_engine_steps()
        return workflow

    def run_instances(self, process_id: str, count: int) -> None:
        """*count* instances, each of their tasks completed by a command."""
        for _ in range(count):
            instance_id = self.start(process_id)
            while self.complete_task(instance_id):
                pass

    def start(self, process_id: str, **variables: Any) -> int:
        """One command: start, run to rest, store."""
        return self.keep(self.begin(process_id, **variables))

    def keep(self, workflow: Any) -> int:
        state = self.serializer.serialize_json(workflow)
        added = self.connection.execute("INSERT INTO instance (state) VALUES (?)", (state,))
        return int(added.lastrowid or 0)

    def load(self, instance_id: int) -> Any:
        row = self.connection.execute("SELECT state FROM instance WHERE id = ?", (instance_id,)).fetchone()
        return self.serializer.deserialize_json(row[0])

    def complete_task(self, instance_id: int) -> bool:
        """One command: load, complete the waiting task, run to rest, store; whether the instance goes on."""
        workflow = self.load(instance_id)
        self.run_task(workflow)
        state = self.serializer.serialize_json(workflow)
        self.connection.execute("UPDATE instance SET state = ? WHERE id = ?", (state, instance_id))
        return not workflow.is_completed()

    def run_task(self, workflow: Any) -> None:
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data["turn"] = task.data.get("turn", 0) + 1
        task.run()
        workflow.do_engine_steps()

    def deliver(self, instance_id: int) -> None:
        """One command: load, hand the waiting event its message, run to rest, store."""
        workflow = self.load(instance_id)
        definition = MessageEventDefinition("Answer")
        definition.correlation_properties = []
        workflow.send_event(BpmnEvent(definition, payload={}))
        workflow.do_engine_steps()
        state = self.serializer.serialize_json(workflow)
        self.connection.execute("UPDATE instance SET state = ? WHERE id = ?", (state, instance_id))

    def state_bytes(self, instance_id: int) -> int:
        row = self.connection.execute("SELECT length(state) FROM instance WHERE id = ?", (instance_id,)).fetchone()
        return int(row[0])

    def close(self) -> None:
        self.connection.close()
