import type { JsonValue } from "../../domain/json.ts";
import type { RetryPolicy } from "../../domain/retry-policy.ts";
import type { TaskCall, Workflow, WorkflowExpression, WorkflowStep, WorkflowValue } from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import type { Plan, PlannedCall, PlannedExpression, PlannedStep, PlannedValue } from "./guest/plan.ts";
import { streamGroups, streamInputOf } from "./step-streams.ts";
import { dependenciesOf } from "./step-values.ts";
import { expressionsIn, literalOf } from "./templates.ts";

/** A workflow in the form that its program carries, and the expressions that become functions. */
export interface PlannedWorkflow {
  plan: Plan;
  functions: readonly WorkflowExpression[];
}

interface Planning {
  functions: WorkflowExpression[];
  places: number[];
}

/** What a path of members may begin with. */
const ROOTS = new Set(["input", "steps", "item", "index"]);

/** Makes the plan of a workflow without problems. @param file its name in errors */
export function planWorkflow({ steps, output }: Workflow, file: string): PlannedWorkflow {
  const indexes = new Map(steps.map(({ name }, index) => [name, index]));
  const planning: Planning = { functions: [], places: [] };
  const groups = streamGroups(steps);
  const plan: Plan = {
    file,
    names: steps.map(({ name }) => name),
    after: steps.map((step) => {
      const before = dependenciesOf(step).flatMap(({ name }) => indexes.get(name) ?? []);
      return before.length === 0 ? 0 : before;
    }),
    goTo: steps.flatMap(({ onError }, from) => {
      const to = typeof onError === "object" ? indexes.get(onError.goTo) : undefined;
      return to === undefined ? [] : [[from, to] as [number, number]];
    }),
    steps: steps.map((step) => JSON.stringify(planStep(step, planning))),
    places: planning.places,
    ...defined({ groups: groups.length === 0 ? undefined : groups, output: output && planValue(output, planning) }),
  };
  return { plan, functions: planning.functions };
}

function planStep(step: WorkflowStep, planning: Planning): PlannedStep {
  const plan = (value: WorkflowValue | undefined) => value && planValue(value, planning);
  return {
    name: step.name,
    path: step.path,
    kind: step.kind,
    ...defined({
      if: plan(step.if),
      onError: step.onError === "continue" ? step.onError : undefined,
      ...kindMembers(step, planning, plan),
    }),
  };
}

type Plan1 = (value: WorkflowValue | undefined) => PlannedValue | undefined;

function kindMembers(step: WorkflowStep, planning: Planning, plan: Plan1): object {
  switch (step.kind) {
    case "task":
    case "workflow": {
      const { compensate } = step;
      const perItem =
        compensate?.input !== undefined && expressionsIn(compensate.input).some(({ usesItem }) => usesItem);
      const rows = streamInputOf(step)?.name;
      return {
        call: rows === undefined ? planCall(step, plan) : { ...planCall(withoutInput(step), plan), rows },
        forEach: plan(step.forEach),
        concurrency: plan(step.concurrency),
        compensate: compensate && { ...planCall(compensate, plan), ...(perItem ? { perItem } : {}) },
      };
    }
    case "switch":
      return {
        value: plan(step.value),
        cases: step.cases.map(({ key, step: inner }) => [key, planStep(inner, planning)]),
        default: step.default && planStep(step.default, planning),
      };
    case "parallel":
      return { branches: step.branches.map((branch) => planStep(branch, planning)) };
    case "wait":
      return { subject: plan(step.signal), schema: step.schema, timeout: plan(step.timeout) };
    case "sleep":
      return { subject: plan(step.until ?? step.duration), isEnd: step.until === undefined ? undefined : true };
    case "approve": {
      const { title, schema, who, timeout, onTimeout } = step;
      return { subject: plan(title), schema, who: plan(who), timeout: plan(timeout), onTimeout };
    }
    case "output":
      return { value: plan(step.value) };
  }
}

function withoutInput({ input: _, ...call }: TaskCall): TaskCall {
  return call;
}

function planCall({ task, input, version, retry, timeout }: TaskCall, plan: Plan1): PlannedCall {
  return {
    task: task.name,
    ...defined({ input: plan(input), version, retry: retry && retryOptions(retry), timeout: plan(timeout) }),
  };
}

/** The policy as `context.call` takes it: as in metadata, with times in ms. */
function retryOptions({ delayMs, maxDelayMs, also, never, ...others }: RetryPolicy): Record<string, JsonValue> {
  return defined({
    ...others,
    delay: delayMs,
    maxDelay: maxDelayMs,
    also: also && [...also],
    never: never && [...never],
  });
}

function planValue(value: WorkflowValue, planning: Planning): PlannedValue {
  const literal = literalOf(value);
  if (literal !== undefined) return { literal };
  switch (value.kind) {
    case "literal":
      return { literal: value.value };
    case "expression":
      return { expression: add(value.expression, planning) };
    case "text":
      return { text: value.parts.map((part) => (typeof part === "string" ? part : add(part, planning))) };
    case "list":
      return { list: value.items.map((item) => planValue(item, planning)) };
    case "map":
      return { map: value.members.map(([name, member]) => [name, planValue(member, planning)]) };
  }
}

function add({ chain, ...expression }: WorkflowExpression, { functions, places }: Planning): PlannedExpression {
  const { line, column } = expression.place;
  const at = places.push(line, column) / 2 - 1;
  // `a?.b` is something else.
  const isPath = chain !== undefined && ROOTS.has(chain[0] ?? "") && !expression.source.includes("?");
  return isPath ? { at, path: chain } : { at, code: functions.push(expression) - 1 };
}
