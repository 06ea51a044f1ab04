"""Who is asking: keys and tokens, shown, expired, revoked, forged; and a store without any."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import AccessSettings, check_start, read_access_settings
from api.tokens import read_oidc_settings
from engine.clock import SimulatedClock
from engine.errors import EngineError, ErrorCode
from engine.handlers.contract import Actor
from engine.runtime import Engine
from tests.api.conftest import REQUEST
from tests.api.people import client_with, key_of

BOSS = Actor("boss")
NOW = datetime(2024, 2, 26, tzinfo=UTC)


def status(client: TestClient, key: str) -> int:
    return client.get("/cases", headers={"Authorization": f"Bearer {key}"}).status_code


# ---- keys -----------------------------------------------------------------------------------------------------------


def test_key_opens_until_it_is_revoked_and_the_store_keeps_only_its_digest(engine: Engine, tmp_path: Path) -> None:
    made = engine.add_api_key("ada", ["market_clerk"], BOSS)
    client = client_with(engine, None)
    assert status(client, made.text) == 200

    engine.revoke_api_key(made.row.id, BOSS)

    assert status(client, made.text) == 401
    secret = made.text.partition(".")[2].encode()
    assert all(secret not in file.read_bytes() for file in tmp_path.glob("store.sqlite*"))
    words = [entry.what for entry in engine.timeline()]
    assert words[-2:] == ["Key key-1 given to ada as market_clerk", "Key key-1 of ada revoked"]


def test_key_expires_by_the_clock_of_the_engine(engine: Engine) -> None:
    made = engine.add_api_key("ada", ["market_clerk"], BOSS, expires_at=NOW + timedelta(days=1))
    client = client_with(engine, None)
    assert status(client, made.text) == 200

    engine.advance_clock(NOW + timedelta(days=1), BOSS)

    assert status(client, made.text) == 401


def test_first_key_closes_the_store_and_the_last_revocation_does_not_open_it(engine: Engine) -> None:
    client = TestClient(create_app(engine))
    assert client.get("/cases").status_code == 200

    made = engine.add_api_key("ada", ["market_clerk"], BOSS)
    assert client.get("/cases", headers={"Clauseflow-Actor": "eve", "Clauseflow-Roles": "operator"}).status_code == 401
    engine.revoke_api_key(made.row.id, BOSS)

    assert client.get("/cases").status_code == 401
    assert TestClient(create_app(engine)).get("/cases").status_code == 401
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "Bearer",
        "Bearer  ",
        "Basic YWRhOmFkYQ==",
        "Bearer cfk_key-1",
        "Bearer cfk_key-1.",
        "Bearer cfk_key-1.x",
        "Bearer cfk_key-2.{secret}",
        "Bearer {key}x",
        "Bearer {secret}",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer \x00",
    ],
)
def test_what_is_no_key_in_force_opens_nothing(engine: Engine, shown: str) -> None:
    key = key_of(engine, "ada", "market_clerk")
    header = shown.format(key=key, secret=key.partition(".")[2])

    answer = client_with(engine, None).get("/cases", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "API_UNAUTHORIZED")
    assert key not in answer.text


def test_actor_of_a_command_is_the_person_of_the_key_whatever_the_headers_say(engine: Engine) -> None:
    client = client_with(engine, key_of(engine, "ada", "market_clerk"))

    body = {"package": "lantern_market", "event": "stall requested", "facts": REQUEST}
    client.post("/events", json=body, headers={"Clauseflow-Actor": "eve", "Clauseflow-Roles": "operator"})

    entry = next(entry for entry in engine.timeline() if entry.kind == "event")
    assert (entry.actor, entry.roles) == ("ada", ("market_clerk",))


@pytest.mark.parametrize("person", ["engine", "link:attempt-1", "carrier:text", "two words"])
def test_nobody_acts_under_a_name_of_the_engine(engine: Engine, person: str) -> None:
    assert status(client_with(engine, None), key_of(engine, person, "market_clerk")) == 401


@pytest.mark.parametrize(
    ("roles", "party", "said"),
    [(["market_clrk"], "", "market_clerk"), ([], "", "role"), (["keeper"], "keepr", "keeper")],
)
def test_key_for_what_no_law_knows_is_refused(engine: Engine, roles: list[str], party: str, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        engine.add_api_key("ada", roles, BOSS, party=party)
    assert not engine.has_api_keys()


# ---- tokens ---------------------------------------------------------------------------------------------------------

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "clauseflow",
    "sub": "ada",
    "exp": int((NOW + timedelta(hours=1)).timestamp()),
    "realm": {"roles": ["clerks", "gardeners"]},
}
Ask = Callable[[str], tuple[int, str]]


def key_set(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    return {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": key_id, "use": "sig"}]}


@pytest.fixture
def ask(engine: Engine, tmp_path: Path) -> Ask:
    """Asks with a token; the issuer's keys lie in a file."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(key_set(KEY, "k1")))
    settings = read_access_settings(
        {
            "CLAUSEFLOW_OIDC_ISSUER": "https://id.example",
            "CLAUSEFLOW_OIDC_AUDIENCE": "clauseflow",
            "CLAUSEFLOW_OIDC_JWKS": str(keys),
            "CLAUSEFLOW_OIDC_ROLES_CLAIM": "realm.roles",
            "CLAUSEFLOW_OIDC_ROLES": "clerks=market_clerk, heads=operator",
        }
    )
    client = TestClient(create_app(engine, settings=settings, clock=SimulatedClock(NOW)))

    def send(token: str) -> tuple[int, str]:
        answer = client.get("/cases", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.text

    return send


def token(key: Any = KEY, algorithm: str = "RS256", key_id: str = "k1", **changed: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id})


def test_token_of_the_issuer_opens_what_its_roles_open(engine: Engine, ask: Ask) -> None:
    assert ask(token())[0] == 200
    assert ask(token(realm={"roles": ["gardeners"]}))[0] == 403
    assert ask(token(realm=None))[0] == 403
    assert ask(token(realm={"roles": "heads clerks"}))[0] == 200


PUBLIC_PEM = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())
REFUSED: dict[str, Callable[[], str]] = {
    "signed by another key": lambda: token(OTHER),
    "of another key id": lambda: token(key_id="k2"),
    "of another issuer": lambda: token(iss="https://id.example.org"),
    "for another audience": lambda: token(aud="another"),
    "without an audience": lambda: token(aud=None),
    "without a subject": lambda: token(sub=None),
    "without an end": lambda: token(exp=None),
    "expired by the engine's clock": lambda: token(exp=int(NOW.timestamp()) - 60),
    "not yet valid": lambda: token(nbf=int(NOW.timestamp()) + 60),
    "with an end that is no time": lambda: token(exp=10**30),
    "under an algorithm that is not listed": lambda: token(algorithm="PS256"),
    "under none": lambda: jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "k1"}),
    "under a shared secret": lambda: jwt.encode(CLAIMS, "x" * 32, algorithm="HS256", headers={"kid": "k1"}),
    "with claims changed after signing": lambda: ".".join(
        [
            token().split(".")[0],
            jwt.encode({**CLAIMS, "sub": "eve"}, "x" * 32, "HS256").split(".")[1],
            token().split(".")[2],
        ]
    ),
    "under a name of the engine": lambda: token(sub="engine"),
    "that is none": lambda: "a.b.c",
    "that is too long": lambda: "a" * 20_000,
}


@pytest.mark.parametrize("case", REFUSED)
def test_token_is_refused(ask: Ask, case: str) -> None:
    code, text = ask(REFUSED[case]())

    assert (code, json.loads(text)["code"]) == (401, "API_UNAUTHORIZED")


def test_new_key_of_the_issuer_is_looked_for_and_missing_keys_are_no_refusal(engine: Engine) -> None:
    # given
    found: list[bytes | None] = [json.dumps(key_set(OTHER, "k0")).encode()]
    clock = SimulatedClock(NOW)
    from api.tokens import OidcSettings, TokenReader

    def fetch(place: str) -> bytes:
        data = found[-1]
        if data is None:
            return b"<html>"
        return data

    reader = TokenReader(OidcSettings("https://id.example", "clauseflow", "https://id.example/keys"), clock, fetch)
    with pytest.raises(EngineError, match="its key is not one of the issuer's"):
        reader.read(token(), NOW)

    # when
    found.append(json.dumps(key_set(KEY, "k1")).encode())
    with pytest.raises(EngineError, match="its key"):
        reader.read(token(), NOW)
    clock.advance(timedelta(minutes=1))

    # then
    assert reader.read(token(), NOW).subject == "ada"
    found.append(None)
    clock.advance(timedelta(hours=2))
    with pytest.raises(EngineError) as unknown:
        reader.read(token(), NOW)
    assert unknown.value.code is ErrorCode.API_NOT_READY


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"AUDIENCE": ""}, "AUDIENCE"),
        ({"JWKS": ""}, "JWKS"),
        ({"JWKS": "http://id.example/keys"}, "JWKS"),
        ({"ALGORITHMS": "RS256 none"}, "ALGORITHMS"),
        ({"ALGORITHMS": "HS256"}, "ALGORITHMS"),
        ({"ROLES": "clerks"}, "ROLES"),
    ],
)
def test_issuer_that_cannot_be_is_refused_at_the_start(changed: dict[str, str], part: str) -> None:
    given = {"ISSUER": "https://id.example", "AUDIENCE": "clauseflow", "JWKS": "https://id.example/keys", **changed}

    with pytest.raises(EngineError) as refused:
        read_oidc_settings({f"CLAUSEFLOW_OIDC_{name}": value for name, value in given.items()})

    assert refused.value.problem.location.part == f"CLAUSEFLOW_OIDC_{part}"


# ---- a start beyond this machine ------------------------------------------------------------------------------------

SECRETS = {"CLAUSEFLOW_SECRET": "a long enough secret", "CLAUSEFLOW_PUBLIC_URL": "https://law.example"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_start_on_this_machine_needs_nothing(engine: Engine, host: str) -> None:
    check_start(engine, host, AccessSettings(), {})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "law.example"])
def test_start_beyond_this_machine_says_all_that_is_missing(engine: Engine, host: str) -> None:
    with pytest.raises(EngineError) as refused:
        check_start(engine, host, read_access_settings({}), {})
    assert len(refused.value.problems) == 3

    engine.add_api_key("ada", ["operator"], BOSS)
    check_start(engine, host, read_access_settings(SECRETS), SECRETS)


def test_other_hosts_than_the_public_one_are_refused(engine: Engine) -> None:
    client = TestClient(create_app(engine, settings=read_access_settings(SECRETS)))

    assert client.get("/health", headers={"host": "law.example:443"}).status_code == 200
    refused = client.get("/health", headers={"host": "evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (400, "API_REQUEST")
