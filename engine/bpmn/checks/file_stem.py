"""[file-stem] A file is named after its process, so that one leads to the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.bpmn.checks.context import DeployContext, problem_at
from engine.bpmn.model import Diagram
from engine.errors import ErrorCode, Problem, Severity


def check_file_stem(diagram: Diagram, context: DeployContext) -> Iterator[Problem]:
    stem = PurePosixPath(diagram.file).stem
    if stem in diagram.processes:
        return
    for process in diagram.processes.values():
        yield problem_at(
            diagram,
            process,
            ErrorCode.BPMN_STYLE,
            f'[file-stem] the file "{stem}" holds the process "{process.id}".',
            f"name the file {process.id}.bpmn",
            severity=Severity.WARNING,
        )
