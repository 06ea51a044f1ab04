"""What changed between two versions of a law, in sentences, and which clauses and scenarios that touches.

Entry point: `compare_packages`. Reading order: change.py (a change and its words), diagrams.py, tables.py, law.py (what
is compared), compare.py (all of it, layout, scenarios), render.py (text and Markdown).
"""

from engine.review.diff.change import Change, Part
from engine.review.diff.compare import LawDiff, Touched, compare_packages
from engine.review.diff.render import as_markdown, as_text

__all__ = ["Change", "LawDiff", "Part", "Touched", "as_markdown", "as_text", "compare_packages"]
