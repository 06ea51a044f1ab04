"""Rewrites the golden files of printed timelines from what the engine prints today; look at the difference first.

Run `python -m tools.update_golden` in the project's folder. Tests compare with `render` and never write.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.simulation import Shelf, build_timeline, build_verdict, describe_run, load_scenario, run_scenario

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "tests" / "simulation" / "mini_law" / "scenarios"
GOLDEN = ROOT / "tests" / "simulation" / "golden"


def render(scenario_file: Path) -> str:
    """What `clauseflow simulate -v` prints for one scenario, as text without colour."""
    shelf = Shelf()
    scenario = load_scenario(scenario_file, shelf)
    package = shelf.find(scenario.package_id, scenario_file)
    result = run_scenario(scenario, package)
    head = describe_run(result, package.time_zone)
    body = build_timeline(result.timeline, package.time_zone)
    end = build_verdict(result)
    text = "\n".join(line.text for part in (head, body, end) for line in part)
    return text.replace(str(scenario_file), scenario_file.name) + "\n"


def main() -> int:
    for scenario_file in sorted(SCENARIOS.glob("*.yaml")):
        golden = GOLDEN / f"{scenario_file.stem}.txt"
        now = render(scenario_file)
        before = golden.read_text(encoding="utf-8") if golden.exists() else None
        if now != before:
            golden.write_text(now, encoding="utf-8")
            print(f"rewritten: {golden.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
