"""Loads a decision model from its file, with the models beside it that it imports."""

from __future__ import annotations

from pathlib import Path

from engine.dmn import DecisionLibrary, Model, read_model, with_undeclared_inputs
from engine.dmn.reader import namespace_of
from engine.errors import ErrorCode, failure


def load_model(path: Path) -> tuple[Model, DecisionLibrary]:
    """The model in *path*, what it reads without declaring it included, and the library of its decisions.

    Errors: DMN_XML when there is no such file.
    """
    if not path.is_file():
        raise failure(
            ErrorCode.DMN_XML,
            "expected a decision model, but there is no such file.",
            file=str(path),
            hint="name a .dmn",
        )
    model = read_model(path.read_bytes(), path.name)
    others = imported_models(model, path)
    model = with_undeclared_inputs(model, others)
    return model, DecisionLibrary([model, *others], main=model)


def imported_models(main: Model, path: Path) -> list[Model]:
    """All that *main* reaches through imports, found by namespace among the files beside it."""
    if not main.imports:
        return []
    files = {other: other.read_bytes() for other in sorted(path.parent.glob("*.dmn")) if other != path}
    namespaces = {other: namespace_of(data) for other, data in files.items()}
    found: list[Model] = []
    wanted = [each.namespace for each in main.imports]
    for namespace in wanted:  # grows while it is walked: imports of imports
        if namespace == main.namespace or any(model.namespace == namespace for model in found):
            continue
        # Files that nobody imports are not read: what is wrong with them is no concern of this model.
        source = next((other for other, each in namespaces.items() if each == namespace), None)
        if source is not None:
            found.append(read_model(files[source], source.name))
            wanted.extend(each.namespace for each in found[-1].imports)
    return found
