"""`python -m tests.benchmarks [GROUP ...] [--quick]`: every group of measurements, or the named ones."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable

from tests.benchmarks.api_calls import measure_api
from tests.benchmarks.checks import measure_checks
from tests.benchmarks.decision_tables import measure_tables
from tests.benchmarks.expressions import measure_expressions
from tests.benchmarks.pending import measure_pending
from tests.benchmarks.processes import measure_processes
from tests.benchmarks.report import Group, render

GROUPS: dict[str, Callable[[bool], list[Group]]] = {
    "tables": measure_tables,
    "expressions": measure_expressions,
    "processes": measure_processes,
    "pending": measure_pending,
    "api": measure_api,
    "checks": measure_checks,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"any of {', '.join(GROUPS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer repeats and smaller sizes")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.groups if name not in GROUPS]
    if unknown:
        parser.error(f"unknown group {unknown[0]}; choose from {', '.join(GROUPS)}")
    groups: list[Group] = []
    for name in chosen.groups or GROUPS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        groups += GROUPS[name](chosen.quick)
    print(f"Python {platform.python_version()} on {platform.machine()}, times are medians of interleaved runs.")
    print(render(groups))
    return 0


if __name__ == "__main__":
    sys.exit(main())
