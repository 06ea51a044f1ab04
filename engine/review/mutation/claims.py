"""Claims that a fault changes nothing, in the model itself and with a reason. There is no other place for them.

In the documentation of an element or process and in the description of a decision or rule: `[equivalent <kind>: the
reason]`, or `[equivalent <kind> "30 becomes 31": the reason]` for changes whose words end so, or `[equivalent <kind> of
Received: ...]` for one column of a rule or one target of a mapping. It holds for the faults at that place; of an
element also for those of the flows that leave it, of a decision or process for all inside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.review.mutation.feel_changes import Change

_IN_TEXT = re.compile(
    r'\[equivalent\s+(?P<kind>[\w-]+)(?:\s+of\s+(?P<part>[^":\]]+?))?(?:\s+"(?P<change>.+?)")?\s*:(?P<reason>[^\]]+)\]'
)


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one place: kind, part and change (empty: every one), and the reason."""

    claims: tuple[tuple[str, str, str, str], ...] = ()

    @classmethod
    def of_text(cls, text: str) -> Claims:
        """
        >>> Claims.of_text('[act:2] why [equivalent threshold "1 becomes 0": no month is shorter]').claims
        (('threshold', '', '1 becomes 0', 'no month is shorter'),)
        >>> Claims.of_text('[equivalent boundary of Received "> becomes >=": it came later]').claims
        (('boundary', 'Received', '> becomes >=', 'it came later'),)
        >>> Claims.of_text('[equivalent threshold "becomes date("2020-01-01")": nothing is older]').claims
        (('threshold', '', 'becomes date("2020-01-01")', 'nothing is older'),)
        """
        found = _IN_TEXT.finditer(text)
        return cls(
            tuple(
                (each["kind"], each["part"] or "", each["change"] or "", " ".join(each["reason"].split()))
                for each in found
            )
        )

    def reason_for(self, change: Change, part: str = "") -> str | None:
        """Why *change* of *part* (`input "Received"`) is claimed to change nothing; None when it is not claimed."""
        for kind, claimed, said, reason in self.claims:
            named = not claimed or part.endswith((f'"{claimed}"', f" of {claimed}"))
            if kind == change.kind and named and (not said or change.what.endswith(said)) and reason:
                return reason
        return None
