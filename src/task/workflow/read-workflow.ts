import type { Problem } from "../../domain/problem.ts";
import { WORKFLOW_LIMITS, type Workflow } from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import { checkDependencies } from "./check-dependencies.ts";
import { checkSchemas } from "./check-schemas.ts";
import { checkUses } from "./check-uses.ts";
import { readFields } from "./fields.ts";
import { collectProblems, type Findings } from "./findings.ts";
import { readSteps } from "./read-step.ts";
import type { Reading } from "./reading.ts";
import { readValue } from "./templates.ts";
import { lineFinder, parseYaml, type YamlEntry, type YamlNode } from "./yaml-file.ts";

/** A workflow, or what is wrong with its file. */
export interface ReadWorkflow {
  /** Missing if one of the problems is an error. */
  workflow?: Workflow;
  problems: Problem[];
}

const START = { line: 1, column: 1 };

/**
 * Reads and checks `workflow.yaml`. Nothing of it is evaluated.
 * @param file its name in problems
 */
export async function readWorkflow(text: string, file: string): Promise<ReadWorkflow> {
  const { findings, problems, hasErrors } = collectProblems(file);
  const workflow = await readInto(findings, text);
  return { problems: problems(), ...defined({ workflow: hasErrors() ? undefined : workflow }) };
}

async function readInto(findings: Findings, text: string): Promise<Workflow | undefined> {
  const size = Buffer.byteLength(text);
  if (size > WORKFLOW_LIMITS.fileBytes) {
    const message = `The file has ${size} bytes; the limit is ${formatSize(WORKFLOW_LIMITS.fileBytes)}.`;
    findings.error(START, message, "Use forEach, or divide it into several workflows that call each other.");
    return undefined;
  }
  const yaml = await parseYaml(text);
  const placeAt = lineFinder(text);
  if ("faults" in yaml) {
    for (const { offset, message, remedy } of yaml.faults) findings.error(placeAt(offset), message, remedy);
    return undefined;
  }
  if (yaml.root === undefined || (yaml.root.type === "scalar" && yaml.root.value === null)) {
    findings.error(START, "The file is empty.", "Write `steps:` and under it a name and a step for each.");
    return undefined;
  }
  const { parseExpressionAt: parse } = await import("acorn");
  const reading: Reading = { source: { text, placeAt }, findings, parse, schemas: [], count: { steps: 0 } };
  const workflow = readRoot(yaml.root, reading);
  if (workflow === undefined) return undefined;
  await checkSchemas(reading);
  return workflow;
}

function readRoot(root: YamlNode, reading: Reading): Workflow | undefined {
  const { findings, source, count } = reading;
  const fields = readFields(root, "The workflow", ["steps", "output", "$schema"], reading);
  if (fields === undefined) return undefined;
  const entry = fields.get("steps");
  if (entry === undefined) {
    findings.error(START, 'The member "steps" is missing.', "Write `steps:` and under it a name and a step for each.");
    return undefined;
  }
  const steps = readSteps(entry.value, "steps", reading);
  if (count.steps > WORKFLOW_LIMITS.steps) {
    const message = `The workflow has more than ${WORKFLOW_LIMITS.steps} steps.`;
    findings.error(
      source.placeAt(entry.offset),
      message,
      "Use forEach, or divide it into several workflows that call each other.",
    );
    return undefined;
  }
  const output = fields.get("output");
  const workflow = { steps, ...defined({ output: output && readValue(output.value, reading) }) };
  const names = new Set(entry.value.type === "map" ? entry.value.entries.map(({ name }: YamlEntry) => name) : []);
  checkUses(workflow, names, findings);
  checkDependencies(workflow, findings);
  return workflow;
}
