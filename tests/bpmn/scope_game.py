"""What BPMN says of nested scopes, written down apart from the engine: who catches what, what ends with what.

A scope is one run of a process, sub-process or event sub-process; a token walks along one path of it. Errors and
escalations go outwards from handler to border (10.5.6); an interrupting event ends what it belongs to before anything
else moves; a scope is done when no token and no event sub-process is left in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.bpmn.scope_drawing import RUNS, Listener, Path, Step, ends_itself


class NobodyCatches(Exception):
    """An error reaches the process: what follows is an incident."""


class Scope:
    """`owner` is the sub-process that runs it, or the scope that the event sub-process belongs to."""

    def __init__(
        self, game: ScopeGame, path: Path, handlers: tuple[Listener, ...], owner: Running | Scope | None
    ) -> None:
        self.owner, self.alive = owner, True
        self.armed = {handler.id: handler for handler in handlers}
        self.tokens: list[Token] = []
        self.handling: list[tuple[str, Scope]] = []  # the event sub-processes that run in it, by id
        game.put(self, path)


class Token:
    """At `path[at]`; `join` counts the branches of its fork, `running` is the sub-process that it is in."""

    def __init__(self, scope: Scope, path: Path, at: int = 0, join: Join | None = None) -> None:
        self.scope, self.path, self.at, self.join = scope, path, at, join
        self.waits, self.alive = False, True
        self.running: Running | None = None

    @property
    def step(self) -> Step:
        return self.path[self.at]


class Join:
    def __init__(self, fork: Token, wanted: int) -> None:
        self.fork, self.wanted = fork, wanted
        self.here: list[Token] = []


class Running:
    """A sub-process that *token* is in, with its border and the scopes of its runs."""

    def __init__(self, token: Token) -> None:
        self.token, self.step = token, token.step
        self.armed = {border.id: border for border in self.step.borders}
        self.scopes: list[Scope] = []
        self.to_come = 0


class ScopeGame:
    def __init__(self, process: Step) -> None:
        self.trace: list[str] = []
        self.done = False
        self._moving: list[Token] = []
        self.root = Scope(self, process.path, process.handlers, None)
        self._rest()

    # ---- what happens from outside -------------------------------------------------------------------------------

    def complete(self, task: str) -> None:
        self._go_on(self._waiting("task", task))

    def throw_error(self, task: str, code: str) -> None:
        token = self._waiting("task", task)
        self._throw(token.scope, "error", code)
        self._end(token)
        self._rest()

    def message(self, name: str) -> None:
        listeners = list(self._listening("message", name))
        if listeners:
            self._occur(*listeners[0])
            self._rest()
        else:
            self._go_on(self._waiting("catch", name))

    def signal(self, name: str) -> None:
        self._broadcast(name)
        self._rest()

    # ---- what is to be seen --------------------------------------------------------------------------------------

    def tasks(self) -> Counter[str]:
        return Counter(token.step.id for token in self._tokens() if token.waits and token.step.kind == "task")

    def messages(self) -> Counter[str]:
        caught = [token.step.name for token in self._tokens() if token.waits and token.step.kind == "catch"]
        heard = [listener.name for _, listener in self._armed() if listener.kind == "message"]
        return Counter(caught + heard)

    def _scopes(self) -> Iterator[Scope]:
        waiting = [self.root] if self.root.alive else []
        while waiting:
            scope = waiting.pop()
            yield scope
            waiting += [inner for _, inner in scope.handling]
            waiting += [inner for token in scope.tokens if token.running for inner in token.running.scopes]

    def _tokens(self) -> Iterator[Token]:
        return (token for scope in self._scopes() for token in scope.tokens)

    def _armed(self) -> Iterator[tuple[Scope | Running, Listener]]:
        for scope in self._scopes():
            yield from ((scope, handler) for handler in scope.armed.values())
            for token in scope.tokens:
                if token.running:
                    yield from ((token.running, border) for border in token.running.armed.values())

    def _listening(self, kind: str, name: str) -> Iterator[tuple[Scope | Running, Listener]]:
        return ((place, each) for place, each in list(self._armed()) if (each.kind, each.name) == (kind, name))

    def _waiting(self, kind: str, name: str) -> Token:
        tokens = (token for token in self._tokens() if token.waits and token.step.kind == kind)
        return next(token for token in tokens if name in (token.step.id, token.step.name))

    # ---- tokens --------------------------------------------------------------------------------------------------

    def put(self, scope: Scope, path: Path, at: int = 0, join: Join | None = None) -> None:
        token = Token(scope, path, at, join)
        scope.tokens.append(token)
        self._moving.append(token)

    def _go_on(self, token: Token) -> None:
        token.waits = False
        token.at += 1
        self._moving.append(token)
        self._rest()

    def _rest(self) -> None:
        while self._moving:
            token = self._moving.pop(0)
            while token.alive and not token.waits and token.running is None:
                self._move(token)

    def _move(self, token: Token) -> None:
        if token.at == len(token.path):
            self._arrive(token)
            return
        step = token.step
        if step.kind in ("task", "catch"):
            token.waits = True
        elif step.kind == "fork":
            self._fork(token)
        elif step.kind == "sub-process":
            self._run(token)
        else:
            self._pass(token, step)

    def _pass(self, token: Token, step: Step) -> None:
        """What does not wait: marks, and what throws. What is thrown takes effect first."""
        thrown = step.kind.rpartition(" ")[2]
        if step.kind == "mark":
            self.trace.append(step.id)
        elif thrown == "signal":
            self._broadcast(step.name)
        elif thrown in ("error", "escalation"):
            self._throw(token.scope, thrown, step.name)
        elif thrown == "terminate":
            self._empty(token.scope)
            self._complete(token.scope)
        token.at += 1
        if step.kind.startswith("end "):
            self._end(token)

    def _arrive(self, token: Token) -> None:
        join = token.join
        if join is None:
            self._end(token)
            return
        token.waits = True
        token.path, token.at = (Step("join", ""),), 0
        join.here.append(token)
        if len(join.here) == join.wanted:
            self.put(token.scope, join.fork.path, join.fork.at + 1, join.fork.join)
            for each in join.here:
                self._end(each)

    def _fork(self, token: Token) -> None:
        join = Join(token, sum(not ends_itself(branch) for branch in token.step.branches))
        for branch in token.step.branches:
            self.put(token.scope, branch, join=join)
        self._end(token)

    def _end(self, token: Token) -> None:
        if token.alive:
            token.alive = False
            token.scope.tokens.remove(token)
            self._check(token.scope)

    # ---- scopes --------------------------------------------------------------------------------------------------

    def _run(self, token: Token) -> None:
        token.running = running = Running(token)
        at_once = RUNS if running.step.repeated == "together" else 1
        running.to_come = RUNS - 1 if running.step.repeated in ("one by one", "loop") else 0
        running.scopes = [self._open(running) for _ in range(at_once)]

    def _open(self, running: Running) -> Scope:
        return Scope(self, running.step.path, running.step.handlers, running)

    def _check(self, scope: Scope) -> None:
        if scope.alive and not scope.tokens and not scope.handling:
            self._complete(scope)

    def _complete(self, scope: Scope) -> None:
        scope.alive = False
        scope.armed = {}
        owner = scope.owner
        if owner is None:
            self.done = True
        elif isinstance(owner, Scope):
            owner.handling = [(name, inner) for name, inner in owner.handling if inner is not scope]
            self._check(owner)
        else:
            owner.scopes.remove(scope)
            if owner.to_come:
                owner.to_come -= 1
                owner.scopes.append(self._open(owner))
            elif not owner.scopes:
                owner.token.running = None
                owner.token.at += 1
                self._moving.append(owner.token)

    def _empty(self, scope: Scope) -> None:
        """End all that runs in *scope*, which itself stays."""
        for token in scope.tokens:
            token.alive = False
            for inner in token.running.scopes if token.running else ():
                self._empty(inner)
                inner.alive = False
        for _, inner in scope.handling:
            self._empty(inner)
            inner.alive = False
        scope.tokens, scope.handling = [], []

    # ---- events --------------------------------------------------------------------------------------------------

    def _occur(self, place: Scope | Running, listener: Listener) -> None:
        if listener not in place.armed.values():
            return
        if isinstance(place, Scope):
            if listener.interrupting:
                self._empty(place)
                place.armed = {}
            place.handling.append((listener.id, Scope(self, listener.path, (), place)))
            return
        host = place.token
        self.put(host.scope, listener.path)
        if listener.interrupting:
            for inner in place.scopes:
                self._empty(inner)
                inner.alive = False
            self._end(host)
            place.armed = {}

    def _broadcast(self, name: str) -> None:
        for place, listener in list(self._listening("signal", name)):
            self._occur(place, listener)

    def _throw(self, scope: Scope, kind: str, code: str) -> None:
        """Outwards from *scope*: its handlers, the border around it, and so on; an exact code goes before any code."""
        thrower = ""
        place: Scope | Running = scope
        while True:
            fitting = [each for each in place.armed.values() if each.kind == kind and each.id != thrower]
            found = [each for each in fitting if each.name == code] + [each for each in fitting if not each.name]
            if found:
                self._occur(place, found[0])
                return
            thrower, inside = "", place
            if isinstance(place, Running):
                place = place.token.scope
            elif place.owner is not None:
                place = place.owner
                if isinstance(place, Scope):
                    thrower = next(name for name, inner in place.handling if inner is inside)
            elif kind == "error":
                raise NobodyCatches
            else:
                return
