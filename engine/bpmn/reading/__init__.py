"""The strict reader of BPMN files: what cannot be executed as drawn is refused, with all reasons at once.

Entry point: `read_diagram`. Reading order: reader.py, xml.py (hardened XML), processes.py (scopes and flows),
elements.py and event_definitions.py (one flow element), extensions.py (zeebe), attributes.py (what is refused),
spelling.py (what no schema knows), then rules/ (one file per family of rules about the graph). Nothing here imports
SpiffWorkflow.
"""

from engine.bpmn.reading.reader import read_diagram, readable_part

__all__ = ["read_diagram", "readable_part"]
