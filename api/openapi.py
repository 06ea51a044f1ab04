"""The description of the API: what FastAPI derives from the routes, with what all operations share."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.permissions import LIMIT_KEY, PERMISSION_KEY, Permission
from api.schemas.base import ProblemOut

DESCRIPTION = """
Callers show an API key or a token of the configured issuer: `Authorization: Bearer ...`. `x-permission` says what an
operation needs; roles get permissions by what the manifest of the law says they act as. A store for which no key was
ever given out and no issuer is named answers on the loopback interface only, and the headers `Clauseflow-Actor` and
`Clauseflow-Roles` say who acts. A browser logs in under `/login` and then sends a cookie; its commands must come from a
page of this server.

Every error is a problem document (RFC 9457) with a stable code, the place and what to do. A list leads to its next page
by the header `Link`. A command under an `Idempotency-Key` has its effect once, and for a day its answer again.
"""
METHODS = ("get", "post", "put", "patch", "delete")
KEY_HEADER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "the same command under the same key has its effect once, and its answer again",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


@cache
def examples() -> dict[str, Any]:
    """Requests and answers of a run of an invented law, by operation id."""
    text = (resources.files("api") / "examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def install_description(app: FastAPI) -> None:
    """Let *app* describe itself."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=DESCRIPTION,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            components = schema.setdefault("components", {})
            components["securitySchemes"] = {
                "bearer": {"type": "http", "scheme": "bearer", "description": "an API key, or a token of the issuer"}
            }
            components.setdefault("schemas", {})[ProblemOut.__name__] = ProblemOut.model_json_schema(
                mode="serialization"
            )
            for item in schema["paths"].values():
                for method in METHODS:
                    if method in item:
                        _complete(method, item[method])
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def _complete(method: str, operation: dict[str, Any]) -> None:
    public = operation[PERMISSION_KEY] == Permission.PUBLIC.value
    operation["security"] = [] if public else [{"bearer": []}]
    refusals = operation["responses"]
    if public and method == "get":
        refusals.pop("403", None)  # a command that another site makes a browser send is refused all the same
    if LIMIT_KEY in operation:
        refusals["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
    else:
        refusals.pop("429", None)
    if "requestBody" not in operation:
        for status in ("413", "415"):
            refusals.pop(status, None)
    if method != "get":
        operation.setdefault("parameters", []).append(KEY_HEADER)
    _illustrate(operation, examples().get(operation["operationId"], {}))


def _illustrate(operation: dict[str, Any], shown: dict[str, Any]) -> None:
    """Put the examples where tools look for them."""
    for parameter in operation.get("parameters", []):
        if parameter["name"] in shown.get("parameters", {}):
            parameter["example"] = shown["parameters"][parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "body" in shown:
            content["example"] = shown["body"]
    for status, answer in shown.get("answers", {}).items():
        for content in operation["responses"][status].get("content", {}).values():
            content["example"] = answer
