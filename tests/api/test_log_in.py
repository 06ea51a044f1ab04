"""Log-in with a browser: by a key or at an issuer, what the cookie is worth, and what another site can do with it."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.issuer import Issuer, post_form
from api.permissions import LOG_INS
from api.sessions import COOKIE, LASTS
from api.settings import read_access_settings
from api.tokens import read_oidc_settings
from engine.clock import SimulatedClock
from engine.errors import EngineError
from engine.runtime import Engine
from tests.api.conftest import REQUEST
from tests.api.people import key_of
from tests.api.test_identity import BOSS, CLAIMS, KEY, NOW, key_set

OWN = {"Sec-Fetch-Site": "same-origin"}
READER = {"Accept": "text/html"}
EVENT = {"package": "lantern_market", "event": "stall requested", "facts": REQUEST}


class Browser:
    """Keeps cookies as browsers do; its own forms say where they come from. *clock* is the machine's."""

    def __init__(self, engine: Engine, secret: str = "") -> None:
        self.clock = SimulatedClock(NOW)
        settings = read_access_settings({"CLAUSEFLOW_SECRET": secret})
        self.app = create_app(engine, settings=settings, clock=self.clock)
        self.client = TestClient(
            self.app, base_url="https://testserver", follow_redirects=False, raise_server_exceptions=False
        )

    def log_in(self, key: str, path: str = "/cases", **headers: str) -> Any:
        return self.client.post("/login", data={"key": key, "next": path}, headers={**OWN, **headers})

    def get(self, path: str = "/cases", **headers: str) -> Any:
        return self.client.get(path, headers=headers)


@pytest.fixture
def browser(engine: Engine) -> Iterator[Browser]:
    opened = Browser(engine)
    with opened.client:
        yield opened


@pytest.fixture
def key(engine: Engine) -> str:
    return key_of(engine, "ada", "market_clerk")


# ---- by a key -------------------------------------------------------------------------------------------------------


def test_key_opens_a_session_in_a_cookie_that_no_script_and_no_other_site_gets(browser: Browser, key: str) -> None:
    answer = browser.log_in(key)

    assert (answer.status_code, answer.headers["location"]) == (303, "/cases")
    cookie = answer.headers["set-cookie"]
    said = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert said == {"httponly", "secure", "samesite=strict", "path=/", f"max-age={int(LASTS.total_seconds())}"}
    assert cookie.startswith(f"{COOKIE}=") and key not in cookie and key.partition(".")[2] not in cookie
    assert browser.get().status_code == 200


def test_session_opens_what_the_roles_of_the_key_open_and_acts_under_its_name(
    browser: Browser, engine: Engine, key: str
) -> None:
    browser.log_in(key)

    assert browser.get("/readings").status_code == 403
    assert browser.client.post("/events", json=EVENT, headers=OWN).status_code == 201
    entry = next(entry for entry in engine.timeline() if entry.kind == "event")
    assert (entry.actor, entry.roles) == ("ada", ("market_clerk",))


@pytest.mark.parametrize("text", ["", "cfk_key-1.", "cfk_key-1.guess", "a" * 500, "078-05-1120", "\u00e9\u0000"])
def test_wrong_key_opens_nothing_and_is_not_repeated(browser: Browser, key: str, text: str) -> None:
    page, program = browser.log_in(text, **READER), browser.log_in(text)

    assert (page.status_code, program.status_code, program.json()["code"]) == (401, 401, "API_UNAUTHORIZED")
    assert "This key is not in force." in page.text and 'role="alert"' in page.text
    assert not text or (text not in page.text and text not in program.text)
    assert "set-cookie" not in page.headers
    assert browser.get().status_code == 401


def test_session_ends_after_its_time_with_log_out_and_with_the_key(browser: Browser, engine: Engine, key: str) -> None:
    browser.log_in(key)
    browser.clock.advance(LASTS - timedelta(seconds=1))
    assert browser.get().status_code == 200
    browser.clock.advance(timedelta(seconds=1))
    assert browser.get().status_code == 401

    browser.log_in(key)
    out = browser.client.post("/logout", headers=OWN)
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert browser.get().status_code == 401

    browser.log_in(key)
    engine.revoke_api_key("key-1", BOSS)
    assert browser.get().status_code == 401


def test_key_that_is_sent_counts_before_the_cookie(browser: Browser, engine: Engine, key: str) -> None:
    browser.log_in(key)
    reviewer = key_of(engine, "rex", "reviewer")

    assert browser.get("/readings", Authorization=f"Bearer {reviewer}").status_code == 200
    assert browser.get("/cases", Authorization="Bearer cfk_key-9.x").status_code == 401


def forged(cookie: str) -> dict[str, str]:
    text, _, signature = cookie.partition(".")
    told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    other = base64.urlsafe_b64encode(json.dumps({**told, "person": "eve", "roles": ["operator"], "key": ""}).encode())
    return {
        "other content": f"{other.decode().rstrip('=')}.{signature}",
        "another signature": f"{text}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        "no signature": text,
        "nothing": ".",
        "a long one": "a" * 5000,
        "what is no text": "\u00ff.\u00ff",
    }


def test_cookie_that_was_changed_is_no_session(browser: Browser, key: str) -> None:
    browser.log_in(key)
    cookie = browser.client.cookies[COOKIE]
    browser.client.cookies.clear()

    for name, text in forged(cookie).items():
        answer = browser.client.get("/cases", headers={"Cookie": f"{COOKIE}={text}".encode("latin-1")})
        assert (answer.status_code, answer.json()["code"]) == (401, "API_UNAUTHORIZED"), name


@pytest.mark.parametrize(
    ("secret", "status"), [("of the same installation", 200), ("of another one, long", 401), ("", 401)]
)
def test_cookie_is_signed_with_the_secret_of_the_environment(
    engine: Engine, key: str, secret: str, status: int
) -> None:
    """Not with a key of the store, which a copy of it would give away; without a secret it ends with the process."""
    first = Browser(engine, "of the same installation" if secret else "")
    first.log_in(key)
    headers = {"Cookie": f"{COOKIE}={first.client.cookies[COOKIE]}"}

    assert Browser(engine, secret).get(**headers).status_code == status


# ---- another site ---------------------------------------------------------------------------------------------------

FOREIGN: list[Mapping[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": "https://testserver.evil.example"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/events", "/login", "/logout"])
def test_command_of_another_site_is_refused(
    browser: Browser, engine: Engine, key: str, headers: Mapping[str, str], path: str
) -> None:
    browser.log_in(key)
    sent = {"json": EVENT} if path == "/events" else {"data": {"key": key}}

    answer = browser.client.post(path, headers=headers, **sent)

    assert (answer.status_code, answer.json()["code"]) == (403, "API_FORBIDDEN")
    assert not engine.instances()


def test_browser_without_fetch_metadata_is_known_by_its_origin(browser: Browser, key: str) -> None:
    browser.log_in(key)

    assert browser.client.post("/events", json=EVENT, headers={"Origin": "https://testserver"}).status_code == 201


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "", "/a\nb", "/" + "a" * 600]
)
def test_log_in_leads_to_no_other_site(browser: Browser, key: str, path: str) -> None:
    assert browser.log_in(key, path).headers["location"] == "/consent"


def test_log_in_is_tried_so_many_times_a_minute_and_no_more(browser: Browser, key: str) -> None:
    tried = [browser.log_in("cfk_key-1.guess").status_code for _ in range(LOG_INS.count + 1)]

    assert tried == [401] * LOG_INS.count + [429]
    browser.clock.advance(timedelta(minutes=1))
    assert browser.log_in(key).status_code == 303


@pytest.mark.parametrize("guess", ["cfk_key-9.guess", "guess", ""])
def test_guesses_at_one_key_keep_out_nobody_with_another_who_comes_from_the_same_address(
    guess: str, browser: Browser, key: str
) -> None:
    for _ in range(LOG_INS.count + 1):
        browser.log_in(guess)

    assert browser.log_in(guess).status_code == 429
    assert browser.log_in(key).status_code == 303


@pytest.mark.parametrize("body", [b"\xff=\xff", b"&".join([b"key=1"] * 21), b"key" + b"=" * 1000])
def test_form_that_cannot_be_read_is_counted_and_refused(body: bytes, browser: Browser) -> None:
    headers = {**OWN, "Content-Type": "application/x-www-form-urlencoded"}
    tried = [browser.client.post("/login", content=body, headers=headers).status_code for _ in range(61)]

    assert set(tried[:60]) <= {400, 401} and tried[60] == 429


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_page_that_needs_a_log_in_leads_there_and_back(browser: Browser, key: str) -> None:
    refused = browser.get("/consent/search", **READER)

    assert refused.status_code == 401 and 'href="/login?next=/consent/search"' in refused.text
    form = browser.get("/login?next=/consent/search", **READER).text
    assert 'name="next" value="/consent/search"' in form and 'type="password"' in form
    assert "Log in with your account" not in form
    assert "default-src 'none'" in browser.get("/login").headers["content-security-policy"]


def test_page_of_the_log_in_escapes_where_it_leads(browser: Browser) -> None:
    assert '"><script>' not in browser.get('/login?next=/"><script>').text


# ---- at the issuer --------------------------------------------------------------------------------------------------

ISSUER = {
    "CLAUSEFLOW_OIDC_ISSUER": "https://id.example",
    "CLAUSEFLOW_OIDC_AUDIENCE": "clauseflow",
    "CLAUSEFLOW_OIDC_JWKS": "https://id.example/keys",
    "CLAUSEFLOW_OIDC_ROLES_CLAIM": "realm.roles",
    "CLAUSEFLOW_OIDC_ROLES": "clerks=market_clerk",
    "CLAUSEFLOW_OIDC_AUTHORIZE": "https://id.example/authorize",
    "CLAUSEFLOW_OIDC_TOKEN": "https://id.example/token",
    "CLAUSEFLOW_OIDC_CLIENT_ID": "pages",
    "CLAUSEFLOW_OIDC_CLIENT_SECRET": "kept",
    "CLAUSEFLOW_PUBLIC_URL": "https://testserver",
}


class IdentityProvider:
    """An issuer that logs ada in. *changed* are claims of its token, or None for an answer without one."""

    def __init__(self) -> None:
        self.changed: dict[str, Any] | None = {}
        self.asked: dict[str, str] = {}
        self.forms: list[dict[str, str]] = []

    def exchange(self, address: str, form: Mapping[str, str]) -> Any:
        self.forms.append(dict(form))
        if self.changed is None:
            return {"error": "invalid_grant"}
        claims = {**CLAIMS, "aud": "pages", "nonce": self.asked["nonce"], **self.changed}
        return {"id_token": jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k1"})}


@pytest.fixture
def provider() -> IdentityProvider:
    return IdentityProvider()


@pytest.fixture
def at_issuer(engine: Engine, provider: IdentityProvider) -> Iterator[TestClient]:
    settings, clock = read_access_settings(ISSUER), SimulatedClock(NOW)
    assert settings.oidc is not None and settings.oidc.log_in is not None
    app = create_app(engine, settings=settings, clock=clock)
    app.state.issuer = Issuer(
        settings.oidc,
        settings.oidc.log_in,
        settings.public_url,
        clock,
        provider.exchange,
        lambda _: json.dumps(key_set(KEY, "k1")).encode(),
    )
    with TestClient(app, base_url="https://testserver", follow_redirects=False) as client:
        yield client


def begun(client: TestClient, provider: IdentityProvider) -> dict[str, str]:
    answer = client.get("/login/issuer?next=/cases")
    assert answer.status_code == 303 and "samesite=lax" in answer.headers["set-cookie"].lower()
    address = urlsplit(answer.headers["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://id.example/authorize"
    provider.asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    return provider.asked


def test_person_logs_in_at_the_issuer_by_code_and_pkce(at_issuer: TestClient, provider: IdentityProvider) -> None:
    assert "Log in with your account" in at_issuer.get("/login").text
    asked = begun(at_issuer, provider)
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", "pages", "S256")
    assert asked["redirect_uri"] == "https://testserver/login/callback"

    back = at_issuer.get("/login/callback", params={"state": asked["state"], "code": "c-1"})

    assert back.status_code == 200 and back.headers["refresh"] == "0; url=/cases"
    (form,) = provider.forms
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert (challenge, form["code"], form["client_secret"]) == (asked["code_challenge"], "c-1", "kept")
    assert at_issuer.get("/cases").status_code == 200
    assert at_issuer.get("/readings").status_code == 403
    assert "samesite=strict" in [each.lower() for each in back.headers.get_list("set-cookie")][-1]


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, "another"),
        ({}, ""),
        ({"nonce": "another"}, None),
        ({"aud": "clauseflow"}, None),
        ({"iss": "https://evil.example"}, None),
        ({"exp": 1}, None),
        ({"sub": "engine"}, None),
        (None, None),
    ],
    ids=["other state", "no state", "nonce", "audience", "issuer", "expired", "name of the engine", "refused"],
)
def test_answer_of_the_issuer_that_does_not_fit_logs_nobody_in(
    at_issuer: TestClient, provider: IdentityProvider, changed: dict[str, Any] | None, state: str | None
) -> None:
    asked = begun(at_issuer, provider)
    provider.changed = changed

    back = at_issuer.get("/login/callback", params={"state": asked["state"] if state is None else state, "code": "c"})

    assert (back.status_code, back.json()["code"]) == (401, "API_UNAUTHORIZED")
    assert at_issuer.get("/cases").status_code == 401


def test_answer_counts_in_the_browser_that_asked_alone(at_issuer: TestClient, provider: IdentityProvider) -> None:
    asked = begun(at_issuer, provider)
    at_issuer.cookies.clear()

    back = at_issuer.get("/login/callback", params={"state": asked["state"], "code": "c"})

    assert back.status_code == 401 and "has not asked" in back.json()["detail"]
    assert provider.forms == []


def test_without_an_issuer_there_is_no_way_to_log_in_there(browser: Browser, key: str) -> None:
    for path in ("/login/issuer", "/login/callback"):
        assert browser.get(path).json()["code"] == "RUN_NOT_FOUND"


@pytest.fixture
def token_address() -> Iterator[str]:
    """Of a server that answers with the status and the text that the code names, such as `200 {}`."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, _, text = form["code"][0].partition(" ")
            self.send_response(int(status))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the code stands in no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ('200 {"id_token": "x"}', None),
        ("400 {}", "API_UNAUTHORIZED"),
        ("401 no", "API_UNAUTHORIZED"),
        ("500 secret-code", "API_NOT_READY"),
        ("302 {}", "API_NOT_READY"),
        ("200 <html>secret-code", "API_NOT_READY"),
        ("200 " + "a" * 200_000, "API_UNAUTHORIZED"),
    ],
    ids=lambda each: None if each is None else each[:12],
)
def test_answer_of_the_token_address_is_taken_or_refused_without_its_words(
    token_address: str, code: str, refused: str | None
) -> None:
    if refused is None:
        assert post_form(token_address, {"code": code}) == {"id_token": "x"}
        return

    with pytest.raises(EngineError) as told:
        post_form(token_address, {"code": code})

    assert told.value.code == refused and "secret-code" not in str(told.value)


def test_token_address_that_nobody_answers_at_is_no_refusal() -> None:
    with pytest.raises(EngineError) as told:
        post_form("http://127.0.0.1:9/token", {"code": "secret-code"})

    assert told.value.code == "API_NOT_READY" and "secret-code" not in str(told.value)


@pytest.mark.parametrize(
    ("changed", "part"),
    [({"TOKEN": ""}, "TOKEN"), ({"CLIENT_ID": ""}, "CLIENT_ID"), ({"AUTHORIZE": "http://id.example/a"}, "AUTHORIZE")],
)
def test_log_in_at_an_issuer_that_cannot_be_is_refused_at_the_start(changed: dict[str, str], part: str) -> None:
    with pytest.raises(EngineError) as refused:
        read_oidc_settings({**ISSUER, **{f"CLAUSEFLOW_OIDC_{name}": value for name, value in changed.items()}})

    assert refused.value.problem.location.part == f"CLAUSEFLOW_OIDC_{part}"
    assert "kept" not in repr(read_oidc_settings(ISSUER))
