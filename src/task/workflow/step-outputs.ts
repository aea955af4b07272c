import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Workflow, WorkflowStep, WorkflowValue } from "../../domain/workflow.ts";
import { itemsOf, type KnownValue, knownBy, memberOf, typesOf, valuesOf } from "./known-values.ts";
import { literalOf } from "./templates.ts";

/** What is known of the values of a workflow. */
export interface WorkflowValues {
  /** Its input. */
  input: KnownValue | undefined;
  /** The output of the task that a step calls. @param path see `WorkflowStep.path` */
  outputOfTask(path: string): KnownValue | undefined;
  steps: ReadonlyMap<string, WorkflowStep>;
  /** What was found out about outputs, by path. */
  outputs: Map<string, KnownValue | undefined>;
}

const APPROVAL: JsonObject = {
  type: "object",
  properties: { approved: { type: "boolean" }, by: {}, at: {}, input: {}, comment: {} },
  additionalProperties: false,
};
/** Nesting of references from step to step. */
const MAX_DEPTH = 20;

/** Collects what is known of the values of a workflow. */
export function valuesOfWorkflow(
  { steps }: Workflow,
  input: KnownValue | undefined,
  outputOfTask: WorkflowValues["outputOfTask"],
): WorkflowValues {
  return { input, outputOfTask, steps: new Map(steps.map((step) => [step.name, step])), outputs: new Map() };
}

/** Returns what is known of the output of a step that has completed. */
export function outputOf(step: WorkflowStep, values: WorkflowValues, depth = 0): KnownValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (!values.outputs.has(step.path)) values.outputs.set(step.path, findOutput(step, values, depth));
  return values.outputs.get(step.path);
}

function findOutput(step: WorkflowStep, values: WorkflowValues, depth: number): KnownValue | undefined {
  switch (step.kind) {
    case "task":
    case "workflow": {
      const one = values.outputOfTask(step.path);
      if (step.forEach === undefined) return one;
      return { schema: { type: "array", ...(one && { items: one.schema }) }, root: one?.root ?? true };
    }
    case "parallel":
      return knownBy(
        objectOf(step.branches.map((branch) => [branch.name, plainly(outputOf(branch, values, depth + 1))])),
      );
    case "wait":
      return step.schema === undefined ? undefined : knownBy(step.schema);
    case "sleep":
      return knownBy({ type: "null" });
    case "approve":
      return knownBy(APPROVAL);
    case "output":
      return knownOf(step.value, { values, depth: depth + 1 });
    default:
      return undefined;
  }
}

/** Where a value stands, which says what `item` is. */
export interface ValuePlace {
  values: WorkflowValues;
  item?: KnownValue | undefined;
  depth?: number;
}

/** Returns what is known of a value before it is evaluated. */
export function knownOf(value: WorkflowValue, place: ValuePlace): KnownValue | undefined {
  const literal = literalOf(value);
  if (literal !== undefined) return knownBy({ const: literal, ...membersOf(literal) });
  switch (value.kind) {
    case "text":
      return knownBy({ type: "string" });
    case "list":
      return knownBy({ type: "array" });
    case "map":
      return knownBy(
        objectOf(
          value.members.map(([name, member]) => {
            const known = knownOf(member, place);
            return [name, member.kind === "expression" ? plainly(known) : (known?.schema ?? true)];
          }),
        ),
      );
    case "expression":
      return value.expression.chain && chainValue(value.expression.chain, place);
    default:
      return undefined;
  }
}

/** What is known of `item` in a step. */
export function itemOf(step: WorkflowStep, values: WorkflowValues): KnownValue | undefined {
  if ((step.kind !== "task" && step.kind !== "workflow") || step.forEach === undefined) return undefined;
  const list = knownOf(step.forEach, { values });
  return list && itemsOf(list);
}

/** Returns what is known at the end of a path of members: "absent" if there cannot be anything. */
export function along(from: KnownValue | undefined, members: readonly string[]): KnownValue | "absent" | undefined {
  let at = from;
  for (const name of members) {
    const next = at === undefined || name === "" ? undefined : memberOf(at, name);
    if (next === "absent" || next === undefined) return next;
    at = next;
  }
  return at;
}

function chainValue([first, ...members]: readonly string[], place: ValuePlace): KnownValue | undefined {
  const { values, item, depth = 0 } = place;
  if (first === "index" && members.length === 0) return knownBy({ type: "integer" });
  const found = first === "input" ? along(values.input, members) : first === "item" ? along(item, members) : undefined;
  if (found !== undefined) return found === "absent" ? undefined : found;
  const [name = "", part, ...others] = members;
  // The output schema of a task that has a stream is that of each item.
  if (first === "steps" && part === "stream" && others.length === 0) return values.outputOfTask(name);
  const step = first === "steps" && part === "output" ? values.steps.get(name) : undefined;
  const reached = step && along(outputOf(step, values, depth + 1), others);
  return reached === "absent" ? undefined : reached;
}

/** Returns the schema of an object with these members and no others. */
function objectOf(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  return { type: "object", properties: Object.fromEntries(members), additionalProperties: false };
}

/**
 * Returns the types and values alone. Whole schemas have references that begin elsewhere, and would grow with each step that
 * passes them on.
 */
function plainly(known: KnownValue | undefined): JsonValue {
  if (known === undefined) return true;
  const values = valuesOf(known);
  return { type: [...typesOf(known)], ...(values !== undefined && { enum: [...values] }) };
}

function membersOf(literal: JsonValue): JsonObject {
  if (typeof literal !== "object" || literal === null || Array.isArray(literal)) return {};
  return objectOf(Object.entries(literal).map(([name, value]) => [name, { const: value, ...membersOf(value) }]));
}
