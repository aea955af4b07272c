import type { JsonValue } from "../../../domain/json.ts";
import type { StepKind } from "../../../domain/workflow.ts";

/**
 * A workflow in the form that its program carries. Top-level steps are known by their index. A machine holds all of it for each run,
 * so what is only needed while a step runs stays text until then.
 */
export interface Plan {
  /** Name of the file, for errors. */
  file: string;
  /** The names of the steps. */
  names: string[];
  /** The steps that each one waits for; 0 for none. */
  after: (number[] | 0)[];
  /**
   * Steps that streams connect, and the steps whose streams they read; -1 for none. Those of a group start together, each after the
   * one whose stream it reads. @default none
   */
  groups?: [step: number, source: number][][];
  /** Which step goes to which when it fails. */
  goTo: [from: number, to: number][];
  /** JSON of each {@link PlannedStep}. */
  steps: string[];
  /** @default the outputs of all steps */
  output?: PlannedValue;
  /** Line and column of each expression, one after the other. */
  places: number[];
}

/** An expression: a function by its index, or the names of members that are read, such as `["steps", "stock", "output"]`. */
export interface PlannedExpression {
  /** Its index among the places. */
  at: number;
  code?: number;
  path?: string[];
}

/** A value. */
export type PlannedValue =
  | { literal: JsonValue }
  | { expression: PlannedExpression }
  | { text: (string | PlannedExpression)[] }
  | { list: PlannedValue[] }
  | { map: [name: string, value: PlannedValue][] };

/** A call of a task. */
export interface PlannedCall {
  task: string;
  input?: PlannedValue;
  version?: string;
  /** As in metadata, with times in ms. */
  retry?: Record<string, JsonValue>;
  timeout?: PlannedValue;
  /** The step whose stream is the input. */
  rows?: string;
  /** How many steps read its stream. The run finds that out when it starts. */
  readers?: number;
}

/** What undoes a step. */
export interface PlannedCompensation extends PlannedCall {
  /** It runs once for each item of a step with `forEach`, because it uses `item` or `index`. */
  perItem?: boolean;
}

/** A step. Members that a kind does not have are missing. */
export interface PlannedStep {
  name: string;
  path: string;
  kind: StepKind;
  if?: PlannedValue;
  /** @default "fail", unless the plan says where the step goes */
  onError?: "continue";
  call?: PlannedCall;
  forEach?: PlannedValue;
  concurrency?: PlannedValue;
  compensate?: PlannedCompensation;
  /** The value of `switch` and `output`. */
  value?: PlannedValue;
  cases?: [key: string, step: PlannedStep][];
  default?: PlannedStep;
  branches?: PlannedStep[];
  /** The name of a signal, the duration or end of a sleep, or the title of an approval. */
  subject?: PlannedValue;
  /** `subject` is the end of a sleep. */
  isEnd?: boolean;
  schema?: JsonValue;
  who?: PlannedValue;
  timeout?: PlannedValue;
  onTimeout?: string;
}
