"""What goes in: the bodies of commands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from api.schemas.base import WHOLE, In, Name, Reason, Values


class DeploymentIn(In):
    manifest: Annotated[Name, Field(description="the path of the package's manifest among the files")]
    files: Annotated[dict[str, str], Field(description="path -> text of every file of the package")]


class StartIn(In):
    process_id: Name
    variables: Values = Field(default_factory=dict)


class MessageIn(In):
    name: Name
    key: Annotated[str, Field(max_length=500)]
    variables: Values = Field(default_factory=dict)
    message_id: Annotated[Name | None, Field(description="the same id again has no effect")] = None
    time_to_live_seconds: Annotated[
        Annotated[int, Field(ge=0, le=400 * 24 * 3600), WHOLE] | None,
        Field(description="how long it waits for somebody to catch it"),
    ] = None


class DeliveryReportIn(In):
    id: Annotated[Name, Field(description="the same id again has no effect")]
    outcome: Literal["delivered", "bounced", "returned"]
    at: Annotated[AwareDatetime, Field(strict=False, description="when it happened")]
    reason: Annotated[str, Field(max_length=1000, description="what the carrier or the mail room says")] = ""


class EventIn(In):
    package: Name
    event: Annotated[Name, Field(description="an event of the package's vocabulary, in the law's words")]
    facts: Values = Field(default_factory=dict)
    event_id: Annotated[Name | None, Field(description="the same id again has no effect")] = None


class CompletionIn(In):
    variables: Values = Field(default_factory=dict)


class ReasonIn(In):
    reason: Reason


class ResumptionIn(In):
    reason: Reason
    credit_timers: Annotated[bool, Field(description="timers are due later by the time of the suspension")] = False


class MoveIn(In):
    reason: Reason
    element_instance_id: Name
    element_id: Annotated[Name, Field(description="where the token goes: an element of the same scope")]


class MigrationIn(In):
    version: Annotated[
        Annotated[int, Field(ge=1, le=2**31), WHOLE] | None,
        Field(description="the version to go to; the newest when left out"),
    ] = None
    mapping: dict[str, str] = Field(default_factory=dict, description="new element ids by old ones, where they differ")
    instance_ids: Annotated[list[Name] | None, Field(description="all active instances when left out")] = None


class MigrationOrderIn(MigrationIn):
    reason: Reason


class ResolutionIn(In):
    reason: Annotated[str, Field(max_length=2000)] = ""
    variables: Values = Field(default_factory=dict)


class ProspectIn(In):
    kind: Annotated[str, Field(pattern="^(prospect|application)$", description="what is about to be created")]
    first_name: Name
    last_name: Name
    sex: Annotated[str, Field(pattern="^(female|male)$")]
    date_of_birth: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    social_security_number: Annotated[str | None, Field(max_length=20, description="never stored as it is")] = None
    case_number: Name | None = None
    application_number: Name | None = None
    warned_at: Annotated[
        Name | None, Field(description="the number of the proposal of the same at which the agent was warned")
    ] = None


class AdvanceIn(In):
    to: Annotated[AwareDatetime, Field(strict=False, description="at or after the present instant of the clock")]


class AssociationIn(In):
    holder: Annotated[Name, Field(description="who may see the case: the id under which they act")]
    role: Name
    reason: Reason
