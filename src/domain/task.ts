import type { JsonValue } from "./json.ts";
import type { ExecutionLimits } from "./limits.ts";
import type { Problem } from "./problem.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** `metadata.json` after validation. */
export interface TaskMetadata {
  uuid: string;
  /** Semantic version 2.0.0. */
  version: string;
  /** Short name, unique in a collection: the name that `--task` and the server take. */
  label: string;
  description: string;
  /** @default "quickjs" */
  engine?: string;
  limits?: Partial<ExecutionLimits>;
  /** A non-2xx answer raises the typed error in every fetch. @default false */
  throwHttpErrors?: boolean;
  permissions?: TaskPermissions;
  retry?: RetryPolicy;
}

/** What a task may reach. */
export interface TaskPermissions {
  /**
   * Hosts that it may call, redirects included: a name, an address, `*.` and a name for all names below it, each with a
   * port or without. Any host when absent, none when empty.
   */
  hosts?: readonly string[];
}

/** A task's program in the one form that the sandbox takes. */
export interface Program {
  /** SHA-256 of `code` and `places`, hex: equal programs share compiled snapshots. */
  id: string;
  /**
   * A classic script. What it leaves in `module.exports`, or its completion value, or the global `main` it declares, is
   * the function (or an object with `main` or `default`).
   */
  code: string;
  /** Name for stack traces, such as `main.ts`. */
  fileName: string;
  /** Where the places of `code` are in the task's files; absent when `code` is the source as it was written. */
  places?: ProgramPlaces;
  /** Texts of `places.files`, as written; they stay on the thread that loaded the program. */
  texts?: readonly string[];
}

/** Leads from places in a program's code back to the task's own files. */
export interface ProgramPlaces {
  /** Names of the task's files, as in an import; an empty name for what is not a file of the task. */
  files: readonly string[];
  /** `mappings` of a source map (revision 3); absent when the lines of the code are those of the only file. */
  mappings?: string;
  /** Characters that the author did not write, in one of the files. */
  inserted?: InsertedText;
}

/** Text that was put into one line of a source. Line and column count from 1. */
export interface InsertedText {
  /** Index of the file. */
  file: number;
  line: number;
  column: number;
  length: number;
}

/** One JSON Schema violation. */
export interface SchemaViolation {
  /** JSON pointer (RFC 6901) to the value, "" for the root. */
  pointer: string;
  message: string;
}

/** A compiled schema: the violations of a value, empty when it is valid. */
export type SchemaValidator = (value: JsonValue) => readonly SchemaViolation[];

/** A schema file of a task, as it was read. */
export interface SchemaSource {
  /** SHA-256 of the text, hex, and the name: equal sources are compiled once. */
  key: string;
  /** Name for messages. */
  file: string;
  text: string;
}

/** A mocked exchange in a test file. */
export interface HttpMock {
  /** The whole URL or a part of it. */
  url: string;
  /** @default any method */
  method?: string;
  /** @default 200 */
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: JsonValue;
  /** The connection fails instead, with this message. */
  error?: string;
}

/** One file of `tests/`. */
export interface TaskTest {
  /** File name without `.json`. */
  name: string;
  file: string;
  input: JsonValue;
  expected: { output: JsonValue } | { error: string };
  mocks: HttpMock[];
}

/** A task as loaded: metadata at once, everything else when it is first needed, then kept. */
export interface TaskDefinition {
  readonly metadata: TaskMetadata;
  /** Where it came from, as the user would name it: a directory, or `archive.zip` / `archive.zip!folder`. */
  readonly origin: string;
  /** Doubtful things found while loading, such as an unknown metadata field. */
  readonly warnings: readonly Problem[];
  /** SHA-256 (hex) over names and contents of the task's files. */
  checksum(): Promise<string>;
  /** @throws {RatchetError} TASK_INVALID with file, line and remedy */
  program(): Promise<Program>;
  /** The program file as it was written. @throws {RatchetError} TASK_INVALID when it can't be read as text */
  programText(): Promise<{ file: string; text: string }>;
  /**
   * The schema of inputs or outputs, not compiled yet; undefined when there is none, and everything is accepted.
   * @throws {RatchetError} TASK_INVALID when it can't be read as text
   */
  schema(side: "input" | "output"): Promise<SchemaSource | undefined>;
  /** @throws {RatchetError} TASK_INVALID */
  inputValidator(): Promise<SchemaValidator>;
  /** @throws {RatchetError} TASK_INVALID */
  outputValidator(): Promise<SchemaValidator>;
  /** Test files, and the problems of files in `tests/` that are none. */
  tests(): Promise<{ tests: TaskTest[]; problems: Problem[] }>;
}
