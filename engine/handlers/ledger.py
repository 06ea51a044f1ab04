"""Job types of the ledger of payments: `ledger.post` adds one line, `ledger.balance` sums the lines of the case."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from engine.calendars import show_date
from engine.errors import ErrorCode
from engine.feel import FeelDate, Value
from engine.handlers.contract import (
    Field,
    HandlerDefinition,
    HandlerKind,
    Job,
    JobResult,
    LedgerLine,
    LedgerPosted,
    Services,
)
from engine.handlers.reading import (
    case_of,
    date_input,
    header,
    header_list,
    optional_header,
    refuse,
    refuse_input,
    today,
)
from engine.law import Currency, LawPackage, plain_reference

SIGNS = {"received": 1, "refund": -1}
REFERENCE = "reference"
ONLY = ("case", REFERENCE)


def post_ledger_line(job: Job, services: Services) -> JobResult:
    """Post the input `amount`; nothing is posted for zero or null when the header `when` says `held`.

    The input `reference`, the number of a check or a transfer, stands with the line when it is given.
    """
    law: LawPackage = services.law()
    entry = header(job, "entry")
    sign = optional_header(job, "sign", "received", SIGNS)
    when = optional_header(job, "when", "always", ("always", "held"))
    value = job.variables.get("amount")
    if when == "held" and (value is None or value == 0):
        return JobResult(
            variables={"ledger_posted": None},
            summary=f"No {_words(entry)}: nothing is held",
            arithmetic=(f"amount {'is not known' if value is None else '0'}: no line is posted",),
        )
    amount = _amount(job, value, law.money)
    case_of(job, services)
    on = date_input(job, "on", services.time_zone, today(job, services))
    signed = SIGNS[sign] * amount
    reference = _reference(job)
    line = LedgerLine(entry, signed, law.currency, on, {} if reference is None else {REFERENCE: reference})
    return JobResult(
        variables={
            "ledger_posted": {
                "entry": entry,
                "amount": signed,
                "currency": law.currency,
                "on": FeelDate.from_python(on),
            }
        },
        records=(LedgerPosted(line),),
        summary=f"{_words(entry).capitalize()}: {law.money.show(signed)}",
    )


def read_balance(job: Job, services: Services) -> JobResult:
    """The sum of all lines of the case: what is held after payments, unpaid checks and refunds.

    With the header `entries` only lines of those entries count, which need not be there. With the header `only` =
    reference only lines with the number in the input `reference`; none when that is null.
    """
    law: LawPackage = services.law()
    entries = header_list(job, "entries") if job.headers.get("entries") is not None else None
    lines = [line for line in case_of(job, services).ledger if entries is None or line.entry in entries]
    said = "Held" if entries is None else ", ".join(_words(entry) for entry in entries).capitalize()
    if optional_header(job, "only", "case", ONLY) == REFERENCE:
        number = _reference(job)
        lines = [line for line in lines if number is not None and line.details.get(REFERENCE) == number]
        said += " without a number" if number is None else f" of number {number}"
    balance = sum((line.amount for line in lines), Decimal(0))
    return JobResult(
        variables={"ledger_balance": balance},
        summary=f"{said}: {law.money.show(balance)}",
        arithmetic=tuple(f"{show_date(line.on)} {_words(line.entry)}: {law.money.show(line.amount)}" for line in lines),
    )


def _reference(job: Job) -> str | None:
    """The number of a check or a transfer as the ledger compares it; None when none is given."""
    value: Value = job.variables.get(REFERENCE)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        refuse_input(job, REFERENCE, "the number of a check or a transfer, as a string", value)
    return plain_reference(value)


def _amount(job: Job, value: object, money: Currency) -> Decimal:
    """A positive amount with no more places than the currency has."""
    if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
        refuse_input(job, "amount", "an amount above zero", value)  # type: ignore[arg-type]
    try:
        rounded = value.quantize(Decimal(1).scaleb(-money.places))
    except InvalidOperation:
        refuse_input(job, "amount", f"an amount in {money.code} that a ledger can hold", value)
    if rounded != value:
        refuse(
            job,
            ErrorCode.JOB_INPUT,
            f'the input "amount" expected at most {money.places} places in {money.code}, but got {value}.',
            part="input amount",
            hint="round the amount in the decision that computes it, as its clause says",
        )
    return rounded


def _words(name: str) -> str:
    return name.replace("_", " ")


LEDGER_POST = HandlerDefinition(
    job_type="ledger.post",
    label="Post a payment or refund",
    meaning="Posts one line in the ledger of the case: money received counts up, a refund counts down.",
    kind=HandlerKind.INLINE,
    run=post_ledger_line,
    headers=(
        Field("entry", "what the line is, in the words of the ledger"),
        Field("sign", "whether money came in or goes back; received when left out", False, tuple(SIGNS)),
        Field("when", "held: a zero or unknown amount posts nothing", False, ("always", "held")),
    ),
    inputs=(
        Field("amount", "the amount, above zero, in the currency of the law"),
        Field("on", "the date of the payment; the day of the job when left out", required=False),
        Field("reference", "the number of the check or transfer that the line is of", required=False),
    ),
    outputs=(Field("ledger_posted", "the line posted, or null", required=False),),
)

LEDGER_BALANCE = HandlerDefinition(
    job_type="ledger.balance",
    label="Sum up what is held",
    meaning="Gives the sum of all ledger lines of the case: what came in and was not paid back.",
    kind=HandlerKind.INLINE,
    run=read_balance,
    headers=(
        Field("entries", "sums up only lines of these entries, parted by commas; all when left out", required=False),
        Field("only", "reference: sums up only lines of one check or transfer; case when left out", False, ONLY),
    ),
    inputs=(Field("reference", "the number of that check or transfer; nothing is summed up for null", required=False),),
    outputs=(Field("ledger_balance", "the sum, in the currency of the law"),),
)
