"""Lists in pages: the body is the page, the header Link leads to the next one (RFC 8288) by an opaque cursor.

A cursor names the last entry of the page before, not its number, so that nothing is skipped or seen twice when entries
are added.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response

from engine.errors import ErrorCode, failure

T = TypeVar("T")
MAX_CURSOR = 1000
Limit = Annotated[int, Query(ge=1, le=1000, description="how many entries a page has at most")]
Cursor = Annotated[
    str | None,
    Query(max_length=MAX_CURSOR, pattern="^[A-Za-z0-9_-]+$", description="from the Link header of the page before"),
]


class Page:
    """One page of one list."""

    def __init__(self, request: Request, response: Response, limit: int, cursor: str | None) -> None:
        self._request = request
        self._response = response
        self._limit = limit
        self._cursor = cursor
        self.next: str | None = None
        """The address of the next page, once this one is closed."""

    @property
    def fetch(self) -> int:
        """How many to ask the store for: one more than is shown, which tells whether there are more."""
        return self._limit + 1

    @property
    def after(self) -> str | None:
        """The id of the entry to go on from. Errors: API_CURSOR."""
        position = self._position(1)
        return None if position is None else position[0]

    @property
    def after_two(self) -> tuple[str, str] | None:
        position = self._position(2)
        return None if position is None else (position[0], position[1])

    @property
    def after_number(self) -> int:
        position = self._position(1)
        if position is None:
            return 0
        if not position[0].isdigit():
            raise _no_cursor()
        return int(position[0])

    def close(self, found: Sequence[T], position: Callable[[T], tuple[str, ...]]) -> list[T]:
        """The page of what was fetched; the header leads on when there is more."""
        shown = list(found[: self._limit])
        if len(found) > self._limit:
            text = json.dumps([self._request.scope["path"], *position(shown[-1])]).encode()
            cursor = base64.urlsafe_b64encode(text).rstrip(b"=").decode()
            url = self._request.url.include_query_params(cursor=cursor)
            self.next = f"{url.path}?{url.query}"
            self._response.headers["Link"] = f'<{self.next}>; rel="next"'
        return shown

    def _position(self, length: int) -> list[str] | None:
        if self._cursor is None:
            return None
        try:
            read = json.loads(base64.urlsafe_b64decode(self._cursor + "=" * (-len(self._cursor) % 4)))
        except (ValueError, binascii.Error, RecursionError) as error:
            raise _no_cursor() from error
        whole = isinstance(read, list) and len(read) == length + 1 and all(isinstance(each, str) for each in read)
        if not whole or read[0] != self._request.scope["path"]:
            raise _no_cursor()
        return list(read[1:])


def _no_cursor() -> Exception:
    return failure(
        ErrorCode.API_CURSOR,
        "expected the cursor of a page of this list, but got another text.",
        part="query.cursor",
        hint="follow the header Link of the page before, or leave the cursor out to start anew",
    )


async def current_page(request: Request, response: Response, limit: Limit = 100, cursor: Cursor = None) -> Page:
    return Page(request, response, limit, cursor)


CurrentPage = Annotated[Page, Depends(current_page)]
