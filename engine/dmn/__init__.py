"""Decisions: reads DMN 1.1 to 1.5 models, checks them, evaluates them and says why (DMN 1.5).

Entry points: `read_model` (bytes -> Model), `check_model` (what blocks a deployment), `DecisionLibrary` (evaluate).
Reading order: model.py, boxed.py (what a file holds), reader.py, boxed_reader.py, table_reader.py (from XML),
requirements.py (the graph), item_types.py (item definitions), compiler.py with logic/ (one file per boxed expression),
table_index.py, hit_policy.py (decision tables), elements.py and evaluator.py (the graph compiled and evaluated),
audit.py (the record), library.py (the facade), direct_table.py (its short way), undeclared.py and column_types.py
(tables drawn without requirements or types), checks/ (one file per rule about a model). Knows FEEL, but neither
processes nor the store.
"""

from engine.dmn.audit import DecisionAudit, DecisionResult, EvaluatedDecision, FailedEntry, MatchedRule, UnmatchedRule
from engine.dmn.checks import check_model
from engine.dmn.library import DecisionInfo, DecisionLibrary, InputInfo
from engine.dmn.model import Decision, HitPolicy, Model, Rule
from engine.dmn.reader import read_model
from engine.dmn.undeclared import quoted, with_undeclared_inputs, words_in_cells

__all__ = [
    "Decision",
    "DecisionAudit",
    "DecisionInfo",
    "DecisionLibrary",
    "DecisionResult",
    "EvaluatedDecision",
    "FailedEntry",
    "HitPolicy",
    "InputInfo",
    "MatchedRule",
    "Model",
    "Rule",
    "UnmatchedRule",
    "check_model",
    "quoted",
    "read_model",
    "with_undeclared_inputs",
    "words_in_cells",
]
