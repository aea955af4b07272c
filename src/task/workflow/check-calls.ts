import type { JsonValue } from "../../domain/json.ts";
import { matchesLabel } from "../../domain/label-pattern.ts";
import type { Problem } from "../../domain/problem.ts";
import type { TaskDefinition, TaskMetadata } from "../../domain/task.ts";
import type { NamedPlace, StepReference, TaskCall, Workflow, WorkflowStep } from "../../domain/workflow.ts";
import { nearest } from "../../lib/nearest.ts";
import { type Accepted, checkInput } from "./check-input.ts";
import { collectProblems, type Findings } from "./findings.ts";
import { type KnownValue, knownBy, memberNames, valuesOf } from "./known-values.ts";
import {
  along,
  itemOf,
  knownOf,
  outputOf,
  type ValuePlace,
  valuesOfWorkflow,
  type WorkflowValues,
} from "./step-outputs.ts";
import { streamInputOf } from "./step-streams.ts";
import { expressionsOf, withInner } from "./step-values.ts";
import { expressionsIn } from "./templates.ts";

/** The tasks that a workflow may call, as far as they are known. */
export interface KnownTasks {
  find(label: string, version: string | undefined): Promise<TaskDefinition | undefined>;
  /** The labels of all tasks. @default others may exist elsewhere */
  labels?: (() => Promise<readonly string[]>) | undefined;
  /** The labels of those that are known, if others may exist elsewhere: one that is nearly the same is probably meant. */
  around?: (() => Promise<readonly string[]>) | undefined;
}

/** A workflow, and what belongs to it. */
export interface CalledFrom {
  workflow: Workflow;
  /** Name of the file, for problems. */
  file: string;
  metadata: TaskMetadata | undefined;
  /** The workflow's own input schema. @default it accepts everything */
  inputSchema: JsonValue | undefined;
  /** What the workflow's own output schema accepts. @default everything */
  output: Omit<Accepted, "task"> | undefined;
}

/** Checks the calls of a workflow: whether the tasks exist and may be called, and whether what steps pass on fits. */
export async function checkCalls(from: CalledFrom, known: KnownTasks): Promise<Problem[]> {
  const { findings, problems } = collectProblems(from.file);
  const tasks = remembered(known);
  const steps = from.workflow.steps.flatMap(withInner);
  const called = new Map<string, TaskDefinition>();
  const outputs = new Map<string, KnownValue>();
  for (const step of steps) {
    if (step.kind !== "task" && step.kind !== "workflow") continue;
    const task = await findCalled(step, step, { from, tasks, findings });
    if (task === undefined) continue;
    called.set(step.path, task);
    const output = await tasks.schema(task, "output");
    if (output !== undefined) outputs.set(step.path, knownBy(output));
  }
  const input = from.inputSchema === undefined ? undefined : knownBy(from.inputSchema);
  const values = valuesOfWorkflow(from.workflow, input, (path) => outputs.get(path));
  for (const step of steps) {
    checkMembers(
      expressionsOf(step).map(({ expression }) => expression),
      values,
      findings.of(step.path),
    );
    checkCases(step, values, findings.of(step.path));
    await checkInputs(step, called.get(step.path), { values, from, tasks, findings });
  }
  const { output } = from.workflow;
  if (output === undefined) return problems();
  checkMembers(expressionsIn(output), values, findings);
  if (from.output !== undefined) {
    const accepted = { task: undefined, ...from.output };
    checkInput(output, { accepted, owner: output.place, place: { values }, findings });
  }
  return problems();
}

/** The same task is called by many steps, so what was found once is kept. */
interface RememberedTasks extends KnownTasks {
  schema(task: TaskDefinition, side: "input" | "output"): Promise<JsonValue | undefined>;
}

function remembered(tasks: KnownTasks): RememberedTasks {
  const found = new Map<string, ReturnType<KnownTasks["find"]>>();
  const schemas = { input: new Map<TaskDefinition, JsonValue | undefined>(), output: new Map() };
  return {
    labels: tasks.labels,
    around: tasks.around,
    find(label, version) {
      const key = JSON.stringify([label, version]);
      const known = found.get(key) ?? tasks.find(label, version);
      found.set(key, known);
      return known;
    },
    async schema(task, side) {
      if (!schemas[side].has(task)) schemas[side].set(task, await schemaOf(task, side));
      return schemas[side].get(task);
    },
  };
}

interface CallCheck {
  from: CalledFrom;
  tasks: RememberedTasks;
  findings: Findings;
}

/** Finds the task of a call, and reports one that does not exist or may not be called. */
async function findCalled(
  step: WorkflowStep,
  { task, version }: TaskCall,
  { from, tasks, findings: all }: CallCheck,
): Promise<TaskDefinition | undefined> {
  const findings = all.of(step.path);
  const found = (await tasks.find(task.name, version)) ?? (await tasks.find(task.name, undefined));
  const label = found?.metadata.label ?? task.name;
  const permissions = from.metadata?.permissions;
  if (permissions !== undefined && !matchesLabel(permissions.tasks ?? [], label)) {
    const message = `The workflow may not call ${label}: permissions.tasks of metadata.json does not name it.`;
    findings.error(task.place, message, `Add ${JSON.stringify(label)} to permissions.tasks.`);
  }
  if (found === undefined) {
    await reportUnknown(task, tasks, findings);
    return undefined;
  }
  if (version !== undefined && found.metadata.version !== version) {
    const message = `There is no version ${version} of ${label} here, but ${found.metadata.version}.`;
    findings.warning(task.place, message, "Change the version, or provide the task where the workflow runs.");
    return undefined;
  }
  if (step.kind === "workflow" && step.task === task && found.kind !== "workflow") {
    findings.error(task.place, `${label} is not a workflow.`, `Write task: ${label}.`);
  }
  return found;
}

async function reportUnknown(task: NamedPlace, { labels, around }: KnownTasks, findings: Findings): Promise<void> {
  const near = nearest(task.name, (await (labels ?? around)?.()) ?? []);
  const remedy = near === undefined ? "Provide it where the workflow runs." : `Did you mean ${near}?`;
  if (labels === undefined) {
    // Only a likely mistake is worth a warning, since the task may be in another folder.
    if (near !== undefined)
      findings.warning(
        task.place,
        `The folder around has no task with the label ${JSON.stringify(task.name)}.`,
        remedy,
      );
    return;
  }
  findings.warning(task.place, `The collection has no task with the label ${JSON.stringify(task.name)}.`, remedy);
}

async function schemaOf(task: TaskDefinition, side: "input" | "output"): Promise<JsonValue | undefined> {
  try {
    const source = await task.schema(side);
    return source === undefined ? undefined : (JSON.parse(source.text) as JsonValue);
  } catch {
    // Its own validation reports that.
    return undefined;
  }
}

async function checkInputs(
  step: WorkflowStep,
  task: TaskDefinition | undefined,
  check: CallCheck & { values: WorkflowValues },
): Promise<void> {
  if (step.kind !== "task" && step.kind !== "workflow") return;
  const { values, tasks } = check;
  const findings = check.findings.of(step.path);
  const place: ValuePlace = { values, item: itemOf(step, values) };
  const one = async (called: TaskDefinition, value: TaskCall["input"]) => {
    const schema = await tasks.schema(called, "input");
    const validator = await called.inputValidator().catch(() => undefined);
    if (schema === undefined || validator === undefined) return;
    const accepted = { task: called.metadata.label, known: knownBy(schema), validator };
    checkInput(value, { accepted, owner: step.place, place, findings });
  };
  // Without an input, each item is one.
  if (task !== undefined) checkTaskOfReader(step, task, findings);
  if (task !== undefined && (step.forEach === undefined || step.input !== undefined)) await one(task, step.input);
  if (step.compensate === undefined) return;
  const undoing = await findCalled(step, step.compensate, check);
  if (undoing !== undefined) await one(undoing, step.compensate.input);
}

/** The task of a step that reads a stream has to take one. */
function checkTaskOfReader(step: WorkflowStep, { metadata, kind }: TaskDefinition, findings: Findings): void {
  const stream = streamInputOf(step);
  if (stream === undefined || (metadata.stream === true && kind !== "workflow")) return;
  const message = `${metadata.label} takes no stream as its input.`;
  const remedy = `Add "stream": true to its metadata, and loop: for await (const row of input); or use steps.${stream.name}.output.`;
  findings.error(stream.place, message, remedy);
}

/** Finds members of inputs and outputs that cannot exist. */
function checkMembers(
  expressions: readonly {
    references: readonly StepReference[];
    inputs: readonly { members: string[]; place: StepReference["place"] }[];
  }[],
  values: WorkflowValues,
  findings: Findings,
): void {
  for (const { references, inputs } of expressions) {
    for (const { members, place } of inputs) {
      reportAbsent(values.input, members, (name) => findings.error(place, ...absence("The input", name, values.input)));
    }
    for (const { name, members, place } of references) {
      const step = values.steps.get(name);
      if (step === undefined || members[0] !== "output") continue;
      const output = outputOf(step, values);
      reportAbsent(output, members.slice(1), (member) => {
        findings.error(place, ...absence(`The output of ${JSON.stringify(name)}`, member, output));
      });
    }
  }
}

function absence(what: string, member: string, known: KnownValue | undefined): [message: string, remedy: string] {
  const near = known === undefined ? undefined : nearest(member.split(".").at(-1) ?? "", memberNames(known));
  const remedy = near === undefined ? "Correct the name, or the schema." : `Did you mean ${near}?`;
  return [`${what} has no member ${JSON.stringify(member)}.`, remedy];
}

function reportAbsent(from: KnownValue | undefined, members: readonly string[], report: (name: string) => void): void {
  for (let length = 1; length <= members.length; length++) {
    const path = members.slice(0, length);
    if (along(from, path) === "absent") return report(path.join("."));
  }
}

/** Finds cases that no value of the input or of another step matches. */
function checkCases(step: WorkflowStep, values: WorkflowValues, findings: Findings): void {
  if (step.kind !== "switch" || step.value.kind !== "expression") return;
  const known = knownOf(step.value, { values });
  const possible = known && valuesOf(known);
  if (possible === undefined) return;
  const texts = new Set(possible.map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value))));
  for (const { key, place } of step.cases) {
    if (texts.has(key)) continue;
    const message = `The case ${JSON.stringify(key)} is unreachable: the schema allows only ${[...texts].slice(0, 10).join(", ")}.`;
    findings.error(place, message, "Remove it, or extend the schema.");
  }
}
