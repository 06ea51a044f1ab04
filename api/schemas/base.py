"""What all schemas share: nothing is converted silently, unknown names are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S", description="why, for the log")]
Values = dict[str, Any]


_LARGEST = 10**18


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 2.0 is whole. Bodies are read with decimals, which strict integers refuse."""
    if isinstance(value, Decimal) and abs(value) < _LARGEST and value == value.to_integral_value():
        return int(value)
    return value


WHOLE = BeforeValidator(_whole)


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemOut(BaseModel):
    """Problem details (RFC 9457) with our code, the place and all problems."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    problems: list[dict[str, Any]]
