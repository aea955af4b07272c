import type { FlatProgram } from "../domain/flat-program.ts";
import type { Problem } from "../domain/problem.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { SchemaSource, SchemaViolation } from "../domain/task.ts";
import type { WorkflowGraph } from "../domain/workflow.ts";
import type { JsonFault } from "../lib/json-text.ts";
import type { TaskReport } from "../task/validate.ts";
import type { PackedBody } from "./packed-body.ts";
import type { PackedError, PackedFiles } from "./packed-task.ts";

/**
 * Location of the caller's own values in a request body, which may be large. "rest": members named `input` of the body
 * or of the items of its `jobs`. "graphql": variables and their members.
 */
export type BodyForm = "rest" | "graphql";

/** Work for a checking thread. Values are passed as JSON text, because strings go to another thread without a copy. */
export type CheckRequest =
  /** Is this text JSON, and does it match the schema, if there is one? */
  | { kind: "value"; json: ShareableText; schema: SchemaSource | undefined }
  /** Is this schema valid, and does it contain likely mistakes? */
  | { kind: "schema"; schema: SchemaSource }
  /** Is this request body strict JSON, and what is its value? */
  | { kind: "body"; pieces: readonly Uint8Array<ArrayBuffer>[]; form: BodyForm }
  /** Do two texts contain the same value? */
  | { kind: "same"; texts: readonly [ShareableText, ShareableText] }
  /** Parse and bundle the program of a task. */
  | { kind: "program"; files: PackedFiles }
  /** What are the problems of a task? */
  | { kind: "report"; files: PackedFiles }
  /** What are the steps of a workflow? */
  | { kind: "graph"; files: PackedFiles };

/** Who requests a check, and how long it may take. */
export interface CheckOptions {
  /** Callers take turns, and each uses at most one thread at a time. */
  caller: string;
  /** Time limit from the start on a thread, in ms. Waiting does not count. */
  timeMs: number;
  /** Error for a check that takes too long. @default that a value took too long to check */
  tooLong?: { message: string; remedy: string };
}

/** Results by the kind of the request. */
export interface CheckResults {
  value: ValueCheck;
  schema: { problems: readonly Problem[] };
  body: BodyCheck;
  same: { same: boolean };
  program: FlatProgram | { failure: PackedError };
  report: { report: TaskReport };
  graph: { graph: WorkflowGraph | undefined } | { failure: PackedError };
}

/** The problems of a value's schema, the fault in its text, or its violations. A valid value has no violations. */
export type ValueCheck =
  | { problems: readonly Problem[] }
  | { fault: JsonFault }
  | { violations: readonly SchemaViolation[]; count: number };

/** A body that was read, with the caller's own values as texts, or what is wrong with it. */
export type BodyCheck =
  | { packed: PackedBody }
  | { fault: JsonFault & { line: number; column: number } }
  | { notUtf8: true }
  /** An input has too many levels. */
  | { tooDeep: { pointer: string } }
  /** A member that is not one of the caller's own values is too large. */
  | { tooLarge: { pointer: string; characters: number; limit: number } };

/** Maximum number of violations of one value that are passed on. The rest is only counted. */
export const MAX_PASSED_ON = 100;
