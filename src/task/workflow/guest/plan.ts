import type { JsonValue } from "../../../domain/json.ts";
import type { StepKind } from "../../../domain/workflow.ts";

/** A workflow in the form that its program carries. */
export interface Plan {
  /** Name of the file, for errors. */
  file: string;
  /** Top-level steps. Others refer to them by their index. */
  steps: PlannedStep[];
  /** @default the outputs of all steps */
  output?: PlannedValue;
  /** Line and column of each expression. */
  places: [line: number, column: number][];
}

/** A value. An expression stands for itself by its index among all expressions. */
export type PlannedValue =
  | { literal: JsonValue }
  | { expression: number }
  | { text: (string | number)[] }
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
  /** The top-level steps that it waits for. */
  after?: number[];
  if?: PlannedValue;
  /** @default "fail" */
  onError?: "continue" | { goTo: number };
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
