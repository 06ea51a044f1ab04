"""The import order of the packages, read from the source: a package imports only what stands to its left."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LAYERS: list[set[str]] = [
    {"engine.errors", "engine.clauses"},
    {
        "engine.clock",
        "engine.ids",
        "engine.documents",
        "engine.drawing",
        "engine.json_text",
        "engine.garbage",
        "engine.processes",
    },
    {"engine.feel", "engine.calendars"},
    {"engine.handlers.steps"},
    {"engine.handlers.contract", "engine.store"},
    {"engine.dmn"},
    {"engine.law"},
    {"engine.bpmn"},
    {"engine.handlers"},
    {"engine.runtime"},
    {"engine.wiring"},
    {"engine.simulation"},
    {"engine.review"},
    {"api"},
    {"tools"},
]
LEVEL = {package: level for level, packages in enumerate(LAYERS) for package in packages}


def package_of(module: str) -> str | None:
    """The longest listed package that *module* lies in."""
    fitting = [package for package in LEVEL if module == package or module.startswith(package + ".")]
    return max(fitting, key=len, default=None)


def modules() -> list[tuple[str, Path]]:
    found = []
    for top in ("engine", "api", "tools"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports_of(path: Path, module: str) -> list[str]:
    names: list[str] = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
            names.append(base)
            names.extend(f"{base}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_packages_to_its_left(module: str, path: Path) -> None:
    own = package_of(module)
    if own is None:
        assert module == "engine", f"{module} has no layer: add its package to LAYERS"
        return
    for name in imports_of(path, module):
        other = package_of(name)
        if other is None or other == own:
            continue
        assert LEVEL[other] < LEVEL[own], f"{module} imports {name}, which does not stand to the left of {own}"


def test_only_one_package_imports_spiffworkflow() -> None:
    offenders = [
        module
        for module, path in modules()
        if not module.startswith("engine.bpmn.spiff")
        and any("SpiffWorkflow" in name for name in imports_of(path, module))
    ]
    assert offenders == []


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = []
    for module, path in modules():
        if module == "engine.clock":
            continue
        for node in nodes_of(path):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                call = f"{node.value.id}.{node.attr}"
                if call in {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}:
                    readers.append(f"{module}: {call}")
    assert readers == []


def test_nothing_runs_code_from_text() -> None:
    runners = []
    for module, path in modules():
        for node in nodes_of(path):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"eval", "exec", "compile"}
            ):
                runners.append(module)
    assert runners == []
