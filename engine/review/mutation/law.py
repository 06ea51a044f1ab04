"""One law under its mutants: what all of them share, and the same fault under each choice of readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from engine.dmn import DecisionLibrary, Model
from engine.law import LawPackage
from engine.law.readings import files_with_readings, with_readings
from engine.review.mutation.baseline import Played
from engine.review.mutation.diagram_mutants import diagram_mutants
from engine.review.mutation.infection import Questions, asked_for
from engine.review.mutation.model_mutants import model_mutants
from engine.review.mutation.mutant import Mutant, numbered
from engine.review.mutation.names_read import names_read, readers
from engine.review.mutation.patched import Variant, library_with
from engine.runtime.compiled import model_of
from engine.simulation import PackageModels, QuestionPlayer, read_models
from engine.simulation.reached import READINGS

TIME_LIMIT = "time_limit"


@dataclass(slots=True)
class Law:
    """One package with all that its mutants share."""

    package: LawPackage
    models: PackageModels
    read: frozenset[str]
    played: tuple[Played, ...] = ()
    questions: Questions = field(default_factory=lambda: Questions((), (), {}))
    asking: QuestionPlayer = field(default_factory=QuestionPlayer)
    variants: dict[Variant, LawPackage] = field(default_factory=dict)
    others: dict[Variant, frozenset[str]] = field(default_factory=dict)
    inside: dict[str, frozenset[str]] = field(default_factory=dict)
    twins: dict[Variant, Mapping[str, Mutant]] = field(default_factory=dict)
    decisions: dict[Variant, tuple[Model, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: LawPackage) -> Law:
        models = read_models(package)
        processes = (process for diagram in models.diagrams for process in diagram.processes.values())
        inside = {process.id: frozenset(process.elements) for process in processes}
        return cls(package, models, names_read(package, models), inside=inside)

    def take(self, played: Iterable[Played]) -> None:
        """Hold the runs of the unchanged law, and what they asked for."""
        self.played = tuple(sorted(played, key=lambda each: each.name))
        chosen = {each.variant for each in self.played}
        libraries = {each: DecisionLibrary(self.decisions_of(each)) for each in chosen}
        self.questions = Questions(
            self.played,
            self.models.decisions,
            libraries,
            readings=self.package.parameters.get(READINGS),
            readers=readers(self.models),
        )

    def mutants(self) -> tuple[Mutant, ...]:
        """Every mutant of the package, in the order of its files; of decisions only those that somebody asks for.

        Errors: EngineError for what cannot be read.
        """
        return numbered((*self._of_models(self.models.decisions), *diagram_mutants(self.models.diagrams)))

    def _of_models(self, models: Iterable[Model]) -> Iterator[Mutant]:
        asked = asked_for(self.package, self.models)
        for mutant in model_mutants(models, limits=self.package.parameters.get(TIME_LIMIT), read=self.read):
            if mutant.decision in asked:
                yield mutant

    def variant(self, chosen: Variant) -> LawPackage:
        """The package with other readings in force."""
        if chosen not in self.variants:
            self.variants[chosen] = with_readings(self.package, dict(chosen))
        return self.variants[chosen]

    def decisions_of(self, chosen: Variant) -> tuple[Model, ...]:
        """The decision models under other readings; those that stay the same are read once for all."""
        if chosen not in self.decisions:
            files = files_with_readings(self.package, dict(chosen))
            self.decisions[chosen] = tuple(model_of(files[each.file], each.file) for each in self.models.decisions)
        return self.decisions[chosen]

    def libraries(self, mutant: Mutant, changed: Model) -> Callable[[Variant], DecisionLibrary | None]:
        """The changed library under a choice of readings, made when it is first asked for; none where that choice
        replaces what was changed."""
        own = library_with(self.models.decisions, changed)

        @cache
        def under(chosen: Variant) -> DecisionLibrary | None:
            if not self._is_other(chosen, changed.file):
                return own
            other = self._twin(mutant, chosen)
            return None if other is None else library_with(self.decisions_of(chosen), other)

        return under

    def _is_other(self, chosen: Variant, file: str) -> bool:
        """Whether a choice of readings changes the model in *file*."""
        if chosen not in self.others:
            own = {model.file: model.hash for model in self.models.decisions}
            changed = (model.file for model in self.decisions_of(chosen) if model.hash != own[model.file])
            self.others[chosen] = frozenset(changed)
        return file in self.others[chosen]

    def _twin(self, mutant: Mutant, chosen: Variant) -> Model | None:
        """The same fault in the model with other readings."""
        if chosen not in self.twins:
            models = tuple(model for model in self.decisions_of(chosen) if self._is_other(chosen, model.file))
            self.twins[chosen] = {each.id: each for each in numbered(self._of_models(models))}
        twin = self.twins[chosen].get(mutant.id)
        changed = None if twin is None else twin.changed()
        return changed if isinstance(changed, Model) else None
