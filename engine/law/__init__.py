"""Reading a law package: manifest, vocabulary, clause registers, calendar, notices and forms. No law stands in here.

Entry points: `load_package(path)` from disk, `package_from_files(files, name)` from bytes; both give a `LawPackage`
or one EngineError with every problem, each with file, YAML path, line and the nearest known name.
Reading order: manifest.py, events.py and questions.py (package.yaml), vocabulary.py (facts and events), hidden.py
(numbers that are never stored), registers.py
and clauses.py (what may be cited), readings.py, package.py (all together); then notices.py (sources), templates.py
(their placeholders), rendering.py (its forms and the check of required content), markdown.py, pdf.py, extraction.py,
formats.py, number_words.py.
"""

from engine.law.bank import BankDocuments, BankRule
from engine.law.clauses import ClauseIndex
from engine.law.consent_pages import ConsentPages
from engine.law.form_check import check_form
from engine.law.formats import Currency, plain_reference, show_limit, show_long_date, show_weekday
from engine.law.forms import Form
from engine.law.hidden import HiddenNumber, hide_numbers, mask_numbers, not_taken, numbers_in, texts_of
from engine.law.manifest import BreachMessage, CaseType, Party, Role
from engine.law.notices import DEADLINE_FIELDS, IN_WORDS, LIMITS, NoticeSource, RequiredContent
from engine.law.package import LISTS_OF_FILES, LawPackage, load_package, package_from_files
from engine.law.questions import Contradiction, Question, QuestionFact, Questions, example_facts, unknown_question
from engine.law.registers import Clause, Register, read_register
from engine.law.rendering import HTML, PDF, TEXT, RenderedNotice, preview_notice, render_notice
from engine.law.retention import Retention
from engine.law.vocabulary import (
    CompleteUserTask,
    Effect,
    EventDefinition,
    FactDefinition,
    PostLedger,
    SendMessage,
    StartProcess,
    Vocabulary,
)

__all__ = [
    "DEADLINE_FIELDS",
    "HTML",
    "IN_WORDS",
    "LIMITS",
    "LISTS_OF_FILES",
    "PDF",
    "TEXT",
    "BankDocuments",
    "BankRule",
    "BreachMessage",
    "CaseType",
    "Clause",
    "ClauseIndex",
    "CompleteUserTask",
    "ConsentPages",
    "Contradiction",
    "Currency",
    "Effect",
    "EventDefinition",
    "FactDefinition",
    "Form",
    "HiddenNumber",
    "LawPackage",
    "NoticeSource",
    "Party",
    "PostLedger",
    "Question",
    "QuestionFact",
    "Questions",
    "Register",
    "RenderedNotice",
    "RequiredContent",
    "Retention",
    "Role",
    "SendMessage",
    "StartProcess",
    "Vocabulary",
    "check_form",
    "example_facts",
    "hide_numbers",
    "load_package",
    "mask_numbers",
    "not_taken",
    "numbers_in",
    "package_from_files",
    "plain_reference",
    "preview_notice",
    "read_register",
    "render_notice",
    "show_limit",
    "show_long_date",
    "show_weekday",
    "texts_of",
    "unknown_question",
]
