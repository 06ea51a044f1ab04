// Reads and writes model files with the libraries of the mainstream editors, as `python -m tools.editors` asks.
// Input on stdin: {"files": [{"path", "kind": "bpmn" | "dmn", "xml"}]}. Output on stdout: one JSON object a file:
// {"path", "warnings", "written", "again", "lint": [{"rule", "id", "message"}]}.
import { createRequire } from 'node:module';

const require = createRequire(process.cwd() + '/package.json');
const { BpmnModdle } = await import(require.resolve('bpmn-moddle'));
const { DmnModdle } = await import(require.resolve('dmn-moddle'));
const zeebe = require('zeebe-bpmn-moddle/resources/zeebe.json');
const modeler = require('modeler-moddle/resources/modeler.json');
const dmnModeler = require('modeler-moddle/resources/dmn-modeler.json');
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');

const ROOT = { bpmn: 'bpmn:Definitions', dmn: 'dmn:Definitions' };
const moddles = {
  bpmn: new BpmnModdle({ zeebe, modeler }),
  dmn: new DmnModdle({ modeler: dmnModeler }),
};
const linter = new Linter({
  config: { extends: 'plugin:camunda-compat/camunda-cloud-8-9' },
  resolver: new NodeResolver({ require }),
});

async function readAndWrite(moddle, kind, xml) {
  const { rootElement, warnings } = await moddle.fromXML(xml, ROOT[kind]);
  const { xml: written } = await moddle.toXML(rootElement, { format: true, preamble: true });
  return { rootElement, warnings: warnings.map((warning) => warning.message), written };
}

async function lint(rootElement) {
  const reports = await linter.lint(rootElement);
  return Object.entries(reports).flatMap(([rule, found]) =>
    found.map(({ id, message }) => ({ rule, id: id ?? '', message })));
}

async function inspect({ path, kind, xml }) {
  try {
    const first = await readAndWrite(moddles[kind], kind, xml);
    const second = await readAndWrite(moddles[kind], kind, first.written);
    return {
      path,
      warnings: [...first.warnings, ...second.warnings],
      written: first.written,
      again: second.written,
      lint: kind === 'bpmn' ? await lint(first.rootElement) : [],
    };
  } catch (error) {
    return { path, warnings: [String(error.message ?? error)], written: '', again: '', lint: [] };
  }
}

let input = '';
for await (const chunk of process.stdin) input += chunk;
for (const file of JSON.parse(input).files) {
  console.log(JSON.stringify(await inspect(file)));
}
