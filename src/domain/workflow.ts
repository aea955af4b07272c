import type { JsonValue } from "./json.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** A position in `workflow.yaml`. Line and column start at 1. */
export interface WorkflowPlace {
  line: number;
  column: number;
}

/** `workflow.yaml` after reading: steps, and what they depend on. */
export interface Workflow {
  steps: WorkflowStep[];
  /** What the workflow returns. @default the output of every step, by name */
  output?: WorkflowValue;
}

/** A JavaScript expression, written as `${ ... }`. It is only evaluated in the sandbox. */
export interface WorkflowExpression {
  source: string;
  place: WorkflowPlace;
  references: StepReference[];
  /** The members of `input` that it reads. */
  inputs: MemberReference[];
  /** The names of a member expression that is all of it, such as `["steps", "stock", "output", "count"]` or `["input"]`. */
  chain?: string[];
  /** It uses `item` or `index`. */
  usesItem: boolean;
  /** Where it uses `steps` in another way than by a name that is written out. Undefined if it does not. */
  computed?: WorkflowPlace;
}

/** A use of a value in an expression. */
export interface MemberReference {
  /** The members that are read from it, such as `["output", "price"]`; an empty name for one that is computed. */
  members: string[];
  place: WorkflowPlace;
}

/** A use of `steps.NAME` in an expression. */
export interface StepReference extends MemberReference {
  name: string;
}

/** A value in which expressions may stand, at any depth. */
export type WorkflowValue =
  | { kind: "literal"; value: string | number | boolean | null; place: WorkflowPlace }
  /** A string that is exactly one expression: it yields the value. */
  | { kind: "expression"; expression: WorkflowExpression; place: WorkflowPlace }
  /** A string with expressions, whose values are inserted as text. */
  | { kind: "text"; parts: (string | WorkflowExpression)[]; place: WorkflowPlace }
  | { kind: "list"; items: WorkflowValue[]; place: WorkflowPlace }
  | { kind: "map"; members: [name: string, value: WorkflowValue][]; place: WorkflowPlace };

/** What happens when a step fails. */
export type OnError = "fail" | "continue" | { goTo: string; place: WorkflowPlace };

/** The name of a step in a file, and where it is written. */
export interface NamedPlace {
  name: string;
  place: WorkflowPlace;
}

/** What all steps have. */
interface AnyStep {
  /** Unique among its siblings. */
  name: string;
  /** The names of the steps around it and its own, such as `notify.customer`. */
  path: string;
  /** Of its name. */
  place: WorkflowPlace;
  /** It is skipped if this is false. @default true */
  if?: WorkflowValue;
  /** Steps that it waits for, in addition to those that its expressions refer to. */
  after: NamedPlace[];
  onError: OnError;
}

/** One step of a workflow. It has exactly one kind. */
export type WorkflowStep = TaskStep | SwitchStep | ParallelStep | WaitStep | SleepStep | ApproveStep | OutputStep;

/** The kinds of steps. */
export const STEP_KINDS = ["task", "workflow", "switch", "parallel", "wait", "sleep", "approve", "output"] as const;

/** One of the {@link STEP_KINDS}. */
export type StepKind = (typeof STEP_KINDS)[number];

/** A call of a task. */
export interface TaskCall {
  /** Label or uuid, and its place. */
  task: NamedPlace;
  /** @default an empty object; in `forEach` the item */
  input?: WorkflowValue;
  /** Exact version. @default the newest when the call starts */
  version?: string;
  /** @default the task's own */
  retry?: RetryPolicy;
  /** A duration. @default without limit */
  timeout?: WorkflowValue;
}

/** A step that runs a task, or another workflow. */
export interface TaskStep extends AnyStep, TaskCall {
  kind: "task" | "workflow";
  /** Yields a list. The step runs once for each of its items. */
  forEach?: WorkflowValue;
  /** How many items run at the same time. */
  concurrency?: WorkflowValue;
  /** What undoes the step when the workflow fails later. */
  compensate?: TaskCall & { place: WorkflowPlace };
}

/** A step that runs one of several steps. */
export interface SwitchStep extends AnyStep {
  kind: "switch";
  value: WorkflowValue;
  cases: { key: string; place: WorkflowPlace; step: WorkflowStep }[];
  default?: WorkflowStep;
}

/** A step that runs several steps at the same time. */
export interface ParallelStep extends AnyStep {
  kind: "parallel";
  branches: WorkflowStep[];
}

/** A step that waits for a signal. */
export interface WaitStep extends AnyStep {
  kind: "wait";
  signal: WorkflowValue;
  schema?: JsonValue;
  timeout?: WorkflowValue;
}

/** A step that waits for a time: either for a duration or until a date. */
export interface SleepStep extends AnyStep {
  kind: "sleep";
  duration?: WorkflowValue;
  until?: WorkflowValue;
}

/** A step that waits for the decision of a person. */
export interface ApproveStep extends AnyStep {
  kind: "approve";
  title: WorkflowValue;
  schema?: JsonValue;
  who?: WorkflowValue;
  timeout?: WorkflowValue;
  onTimeout?: "reject" | "approve" | "fail";
}

/** A step that is only a value. */
export interface OutputStep extends AnyStep {
  kind: "output";
  value: WorkflowValue;
}

/** The highest values of what a workflow file may have. */
export const WORKFLOW_LIMITS = {
  /** Steps, those inside others included. A run may have ten times as many operations. */
  steps: 20_000,
  /** Size of the file, bytes. */
  fileBytes: 4 * 1024 * 1024,
  /** Nesting of values. */
  depth: 64,
  /** Length of one expression, characters. */
  expressionLength: 32 * 1024,
  /** Nesting of one expression. A sum of so many terms is as deep. */
  expressionDepth: 5_000,
} as const;

/** The nested steps of a step, in the order in which they are written. */
export function stepsInside(step: WorkflowStep): readonly WorkflowStep[] {
  if (step.kind === "parallel") return step.branches;
  if (step.kind !== "switch") return [];
  const cases = step.cases.map((one) => one.step);
  return step.default === undefined ? cases : [...cases, step.default];
}

/** The steps of a workflow and what leads from one to another, to be drawn. */
export interface WorkflowGraph {
  nodes: WorkflowNode[];
  edges: WorkflowEdge[];
}

/** A step, as it is drawn. */
export interface WorkflowNode {
  /** The path of the step, which is also the label of its operations. */
  id: string;
  name: string;
  kind: StepKind;
  /** What it is about: the task, signal, duration or title, or the value of a switch, as it is written. */
  subject?: string;
  version?: string;
  /** The id of the step that it is part of. */
  parent?: string;
  /** It is the step of this case of its parent. */
  case?: string;
  /** It is the step of its parent for all other values. */
  isDefault?: boolean;
  /** The condition, the list and the error handling, as they are written. */
  if?: string;
  forEach?: string;
  onError?: "continue" | { goTo: string };
  /** The task that undoes it. */
  compensate?: string;
  /** Of its name in the file. */
  place: WorkflowPlace;
}

/** An arrow between top-level steps. */
export interface WorkflowEdge {
  from: string;
  to: string;
  /**
   * `depends`: `to` runs after `from`. `goTo`: `to` runs when `from` fails. `both`: it also refers to `from`. `stream`: `to` reads the
   * stream of `from`, while both run.
   */
  type: "depends" | "goTo" | "both" | "stream";
}
