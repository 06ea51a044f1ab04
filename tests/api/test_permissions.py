"""Who may do what: every role on every route, from the routes themselves, beside a table that a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from api.app import create_app
from api.permissions import PERMISSIONS_OF, Permission, needs
from api.requests import ExactRoute
from api.routes import ROUTERS
from engine.handlers.contract import Actor
from engine.law import load_package
from engine.law.manifest import ROLE_ACTS_AS
from engine.runtime import Engine
from engine.wiring import open_engine
from tests.api.conftest import MARKET
from tests.api.people import ROLES, client_with, key_of

TABLE = Path(__file__).parent / "data" / "who_may_what.txt"
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, ExactRoute)]
ACTS_AS = {role: load_package(MARKET).roles[role].acts_as for role in ROLES}
DENIED = "this needs the permission"


def called(route: ExactRoute) -> str:
    return f"{min(route.methods)} {route.path}"


def ask(client: TestClient, route: ExactRoute) -> Any:
    """A request that passes the door and then may well be refused for what it asks."""
    path = re.sub(r"\{hash\}", "0" * 64, route.path)
    path = re.sub(r"\{\w+\}", "none", path)
    kind = next(iter(route.media_types), None)
    given = {} if kind is None else {"content": b"{}", "headers": {"content-type": kind.replace("*", "x")}}
    return client.request(min(route.methods), path, **given)


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, TestClient]]:
    engine = open_engine(tmp_path_factory.mktemp("store") / "s.sqlite", clock=datetime(2024, 2, 26, tzinfo=UTC))
    engine.deploy(load_package(MARKET), Actor("analyst"))
    app = create_app(engine)
    found = {}
    for role in ROLES:
        headers = {"Authorization": f"Bearer {key_of(engine, f'{role}-1', role)}"}
        found[role] = TestClient(app, headers=headers, raise_server_exceptions=False, follow_redirects=False)
    found["nobody"] = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    with ExitStack() as opened:
        for client in found.values():
            opened.enter_context(client)
        yield found
    engine.close()


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_each_route_lets_a_role_in_where_the_table_says_so(clients: dict[str, TestClient], role: str) -> None:
    wrong = [f"{called(route)}: {said}" for route in ROUTES if (said := _wrong(clients[role], role, route))]

    assert not wrong, "\n".join(wrong)


def _wrong(client: TestClient, role: str, route: ExactRoute) -> str:
    """What is wrong with one cell; empty when nothing is."""
    answer = ask(client, route)
    problem = answer.json() if answer.headers.get("content-type") == "application/problem+json" else {"detail": ""}
    refused = answer.status_code == 403 and DENIED in problem["detail"]
    if route.permission is Permission.PUBLIC:
        right = not refused and problem["detail"] != "this needs a key or a token."
    elif role == "nobody":
        shown = (answer.status_code, problem.get("code"), answer.headers.get("www-authenticate"))
        right = shown == (401, "API_UNAUTHORIZED", "Bearer")
    else:
        right = refused is (route.permission not in PERMISSIONS_OF[ACTS_AS[role]])
        right = right and answer.status_code != 401 and (answer.status_code < 500 or answer.status_code == 503)
    return "" if right else f"{answer.status_code} {answer.text[:200]}"


def test_table_of_roles_and_routes_is_the_one_that_was_looked_at() -> None:
    """The file is for reading; it follows from the routes and the table of permissions, and is rewritten by hand."""
    kinds = list(PERMISSIONS_OF)
    lines = [f"{'route':60}{'permission':18}{' '.join(kinds)}"]
    for route in sorted(ROUTES, key=lambda route: (route.path, min(route.methods))):
        public = route.permission is Permission.PUBLIC
        marks = [
            ("x" if public or route.permission in PERMISSIONS_OF[kind] else "-").ljust(len(kind)) for kind in kinds
        ]
        lines.append(f"{called(route):60}{route.permission:18}{' '.join(marks)}".rstrip())

    assert TABLE.read_text(encoding="utf-8").splitlines() == lines, "\n".join(lines)


def test_every_kind_of_user_of_the_manifest_has_its_line_in_the_table() -> None:
    assert tuple(PERMISSIONS_OF) == ROLE_ACTS_AS
    assert set(ACTS_AS.values()) == set(ROLE_ACTS_AS)


def test_route_without_a_permission_cannot_be_made() -> None:
    router = APIRouter(route_class=ExactRoute)

    with pytest.raises(TypeError, match="does not say which permission"):
        router.get("/secrets")(lambda: None)
    router.get("/open", openapi_extra=needs(Permission.PUBLIC))(lambda: None)


def test_application_holds_no_route_beside_those_of_the_routers(engine: Engine) -> None:
    app = create_app(engine)

    own = {getattr(route, "path", None) for route in app.routes if route not in ROUTES}
    assert own == {"/openapi.json"}
    assert len(app.routes) == len(ROUTES) + len(own)
    assert len(ROUTES) == sum(len(router.routes) for router in ROUTERS)


@pytest.mark.parametrize("manifest", ["kentucky_access", "agent_consent"])
def test_every_role_of_a_shipped_law_acts_as_some_kind_of_user(manifest: str) -> None:
    law = load_package(Path(__file__).parents[2] / "processes" / manifest / "package.yaml")

    assert all(role.acts_as in PERMISSIONS_OF for role in law.roles.values())
    assert {role.sees for role in law.roles.values() if role.acts_as == "person"} == {"own"}
    assert all(role.sees == "associated" for role in law.roles.values() if role.acts_as == "agent")


def test_key_without_a_known_role_is_refused_everywhere(engine: Engine) -> None:
    client = client_with(engine, key_of(engine, "ada", "market_clerk"))
    assert client.get("/cases").status_code == 200
    assert client.get("/readings").json()["detail"].startswith(DENIED)
