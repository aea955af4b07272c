import type { FlatProgram } from "../domain/flat-program.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { SchemaSource, SchemaViolation } from "../domain/task.ts";
import type { JsonFault } from "../lib/json-text.ts";
import type { TaskReport } from "../task/validate.ts";
import type { PackedError, PackedFiles } from "./packed-task.ts";

/**
 * Where in a request body values of the caller's own stand, which may be large. "rest": in members named `input`, of
 * the body or of the items of its `jobs`. "graphql": in variables and their members.
 */
export type BodyForm = "rest" | "graphql";

/** Work that a checking thread does. Values travel as JSON text: a text crosses to another thread without a copy. */
export type CheckRequest =
  /** Is this text JSON, and does it fit a schema? Without a schema only the first. */
  | { kind: "value"; json: string; schema: SchemaSource | undefined }
  /** Is this schema right, and is there something doubtful in it? */
  | { kind: "schema"; schema: SchemaSource }
  /** Is this request body strict JSON, and what does it say? */
  | { kind: "body"; bytes: Uint8Array; form: BodyForm }
  /** Do two texts hold the same value? */
  | { kind: "same"; texts: readonly [string, string] }
  /** Parse and bundle the program of a task. */
  | { kind: "program"; files: PackedFiles }
  /** What is wrong with a task? */
  | { kind: "report"; files: PackedFiles };

/** What came of a request, by its kind. */
export interface CheckResults {
  value: ValueCheck;
  schema: { problems: readonly Problem[] };
  body: BodyCheck;
  same: { same: boolean };
  program: FlatProgram | { failure: PackedError };
  report: { report: TaskReport };
}

/**
 * What is wrong with a value: its schema, its text, or what the schema says of it (nothing, when the list is empty).
 */
export type ValueCheck =
  | { problems: readonly Problem[] }
  | { fault: JsonFault }
  | { violations: readonly SchemaViolation[]; count: number };

/** A body that was read, with its large values as `{ raw: text }` in {@link LiftedBody}, or what is wrong with it. */
export type BodyCheck =
  | { lifted: LiftedBody }
  | { fault: JsonFault & { line: number; column: number } }
  | { notUtf8: true }
  /** A member that is no value of the caller's own has more text than such members may have. */
  | { tooLarge: { pointer: string; characters: number; limit: number } };

/** A body: its value with placeholders for what stays text, and those texts with their places. */
export interface LiftedBody {
  value: JsonValue;
  texts: readonly { path: readonly (string | number)[]; json: string }[];
}

/** Most violations of one value that are passed on; the rest is counted. */
export const MAX_PASSED_ON = 100;
