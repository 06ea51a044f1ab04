"""The page that describes the API: complete, escaped, and from this server alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import reference_body
from engine.runtime import Engine

ELEMENTS_WITHOUT_END = {"meta", "link"}


class Balance(HTMLParser):
    """Counts what was opened and not closed; keeps ids and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name in ("href", "src") if (value := given.get(name))]
        if tag not in ELEMENTS_WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(page: str) -> Balance:
    found = Balance()
    found.feed(page)
    return found


def test_root_leads_to_the_page_and_it_shows_every_operation_and_schema(engine: Engine) -> None:
    # given
    app = create_app(engine)
    client = TestClient(app)

    # when
    answer = client.get("/")

    # then
    assert (answer.status_code, answer.url.path) == (200, "/docs")
    description = app.openapi()
    found = read(answer.text)
    operations = {each["operationId"] for item in description["paths"].values() for each in item.values()}
    assert operations <= set(found.ids)
    assert {f"schema-{name}" for name in description["components"]["schemas"]} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert found.open == []


def test_every_link_of_the_page_stays_on_this_server_and_leads_somewhere(engine: Engine) -> None:
    # when
    answer = TestClient(create_app(engine)).get("/docs")

    # then
    found = read(answer.text)
    assert {link for link in found.links if not re.match(r"[/#]", link)} == set()
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_words_of_a_description_are_text_and_never_markup() -> None:
    # given
    evil = "<script>alert(1)</script>"
    parameter = {"name": evil, "in": "query", "schema": {"type": "string", "pattern": evil, "enum": [evil]}}
    body = {"application/json": {"schema": {"$ref": f"#/components/schemas/{evil}"}, "example": {evil: evil}}}
    operation: dict[str, Any] = {
        "operationId": evil,
        "tags": [evil],
        "description": evil,
        "x-permission": evil,
        "parameters": [parameter, {**parameter, "schema": {"type": "string", "pattern": evil, "default": evil}}],
        "requestBody": {"content": body},
        "responses": {"200": {"description": evil, "content": body}, "400": {"description": evil}},
    }

    # when
    page = reference_body(
        {
            "info": {"title": evil, "description": evil},
            "paths": {f"/{evil}": {"get": operation}},
            "components": {"schemas": {evil: {"description": evil, "properties": {evil: {"type": evil}}}}},
        }
    )

    # then
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 15
    assert read(page).open == []
