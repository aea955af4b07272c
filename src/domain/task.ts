import type { FixedSources } from "./fixed-sources.ts";
import type { HttpConduct } from "./http-conduct.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { ExecutionLimits } from "./limits.ts";
import type { Problem } from "./problem.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/** `metadata.json` after validation. */
export interface TaskMetadata {
  uuid: string;
  /** Semantic version 2.0.0. */
  version: string;
  /** Short name, unique in a collection. `--task` and the server select the task by it. */
  label: string;
  description: string;
  /** @default "quickjs" */
  engine?: string;
  limits?: Partial<ExecutionLimits>;
  /** In every fetch, a response that is not 2xx throws the typed error. @default false */
  throwHttpErrors?: boolean;
  /** With --ndjson, the task takes all rows as one input: an async iterable. @default false */
  stream?: boolean;
  /** The IANA name of the time zone of the task's dates. @default "UTC" */
  timezone?: string;
  permissions?: TaskPermissions;
  /** The tasks that it needs. The registry serves it only while it has them. */
  dependencies?: readonly TaskDependency[];
  retry?: RetryPolicy;
  /** How the task's fetches are retried and limited. */
  http?: HttpConduct;
}

/** A task that another one needs. */
export interface TaskDependency {
  /** Label or uuid. */
  task: string;
  /** Versions that it may have, as semver writes them; `*` for any. */
  range: string;
}

/** What a task may access. */
export interface TaskPermissions {
  /**
   * Rules for what it may call, including by redirects, as `parseNetworkRule` reads them. It may call what a rule of
   * `net` or of `hosts` covers: everything that the process permits if both are missing, nothing if they are empty.
   */
  net?: readonly string[];
  /** The simplest rules: a name, an address, or `*.` and a name for all its subdomains, each with an optional port. */
  hosts?: readonly string[];
  /** The secrets that it gets as `context.secrets`: names, or names with conditions. None if missing. */
  secrets?: readonly string[] | Readonly<Record<string, SecretPermission>>;
  /** Labels of the tasks that it may call; `*` stands for any characters. None if missing. */
  tasks?: readonly string[];
}

/** How a task gets one secret. */
export interface SecretPermission {
  /**
   * The task gets a stand-in, which is replaced by the value in requests to these hosts only: a name or an address, each
   * with an optional port. Without `http://` and a port, only over TLS or to the machine itself. @default the task gets the value itself
   */
  hosts?: readonly string[];
}

/** A task's program in the form that the sandbox accepts. */
export interface Program {
  /** SHA-256 of `code` and `places` (hex). Equal programs share compiled snapshots. */
  id: string;
  /**
   * A classic script. Its function is `module.exports`, its completion value, or the global `main` that it declares (or
   * an object with `main` or `default`).
   */
  code: string;
  /** Name for stack traces, such as `main.ts`. */
  fileName: string;
  /** Maps positions in `code` to the task's files; missing if `code` is the original source. */
  places?: ProgramPlaces;
  /** Returns the original texts of `places.files`. They stay on the thread that loaded the program. */
  texts?: () => readonly string[];
  /** Where an engine can keep what it compiles the program to. It stays on the thread that loaded the program. */
  compiled?: CompiledForms;
}

/** What engines have compiled a program to, in their own forms. Only this build of Ratchet reads it again. */
export interface CompiledForms {
  /** @param form the engine's name for the form, and what the form depends on besides the program @default nothing else */
  read(form: string, dependence?: string): Uint8Array | undefined;
  keep(form: string, content: Uint8Array, dependence?: string): void;
}

/** Maps positions in a program's code to the task's own files. */
export interface ProgramPlaces {
  /** Names of the task's files, as in an import. An empty name stands for code that is not from the task. */
  files: readonly string[];
  /** `mappings` of a source map (revision 3); missing if the code has the same lines as its only file. */
  mappings?: string;
  /** Characters that the author did not write, in one of the files. */
  inserted?: InsertedText;
}

/** Text that was inserted into a line of a source. Line and column start at 1. */
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

/** A compiled schema. Returns the violations of a value; a valid value has none. */
export type SchemaValidator = (value: JsonValue) => readonly SchemaViolation[];

/** The text of a task's schema file. */
export interface SchemaSource {
  /** SHA-256 of the text (hex), and the name. Equal sources are compiled once. */
  key: string;
  /** Name for messages. */
  file: string;
  text: string;
}

/** A mocked response in a test file. */
export interface MockResponse {
  /** @default 200 */
  status?: number;
  headers?: Record<string, string>;
  /** Anything but a string is sent as JSON. */
  body?: JsonValue;
  /** A body that is not text. */
  bodyBytes?: Uint8Array;
  /** The connection fails instead, with this message. */
  error?: string;
  /** Time before the response, in ms. */
  delayMs?: number;
}

/** What the server of a mocked WebSocket does next. Times are in ms. */
export type MockMessage =
  | { send: string | Uint8Array; delayMs?: number }
  | { close: number; reason?: string; delayMs?: number }
  /** Waits for a message of the task that matches. */
  | { expect: JsonValue };

/** A mocked request in a test file, and the responses to it. */
export interface HttpMock extends MockResponse {
  /** The whole URL or part of it; a glob or a regular expression, as written, if there is a `pattern`. */
  url: string;
  /** Regular expression for the whole URL, in place of `url`. */
  pattern?: string;
  /** @default any method */
  method?: string;
  /** What the request's body has to match. It may contain matchers. */
  requestBody?: JsonValue;
  /** What the request's headers have to match, by names in lower case. It may contain matchers. */
  requestHeaders?: Record<string, JsonValue>;
  /** Responses in the order of the calls, in place of the single one. The last one is repeated. */
  responses?: MockResponse[];
  /** Makes it the mock of a WebSocket. */
  messages?: MockMessage[];
  /** Name of the fixture file that the mock is from. */
  fixture?: string;
}

/** A mocked call of another task in a test file. */
export interface TaskMock {
  /** Label or uuid, as the task calls it. */
  task: string;
  /** @default any version */
  version?: string;
  /** What the input has to match. It may contain matchers. @default any input */
  input?: JsonValue;
  output?: JsonValue;
  /** The items of its stream, which come before its output or error. @default it has none */
  stream?: JsonValue[];
  /** The call fails instead. */
  error?: { name: string; message: string; code?: string; data?: JsonObject };
}

/** A signal that a test sends. */
export interface SignalMock {
  name: string;
  payload: JsonValue;
  /** When it arrives, in ms after the start. @default before the start */
  afterMs?: number;
}

/** A decision that a test makes. */
export interface ApprovalMock {
  /** @default every approval */
  title?: string;
  approved: boolean;
  input?: JsonValue;
}

/** What answers a durable run in a test. */
export interface DurableMocks {
  tasks: TaskMock[];
  signals: SignalMock[];
  approvals: ApprovalMock[];
}

/** What a test expects; it may contain matchers, except in `output`. */
export type TestExpectation = { output: JsonValue } | { match: JsonValue } | { error: JsonValue };

/** One file of `tests/`. */
export interface TaskTest extends FixedSources {
  /** File name without `.json`. */
  name: string;
  file: string;
  input: JsonValue;
  /** Undefined if the file does not say what it expects. */
  expected: TestExpectation | undefined;
  mocks: HttpMock[];
  /** @default nothing is mocked: a call fails the test */
  durable?: DurableMocks;
  secrets?: Record<string, string>;
  /** A name of the IANA database, in place of the task's own. */
  timeZone?: string;
  /** Tests the regular expressions of matchers and mocks. Missing if the test has no expressions. */
  pattern?: (source: string, text: string) => boolean;
}

/** What a task's program is: code, or a workflow file, which is compiled to code. */
export const TASK_KINDS = ["program", "workflow"] as const;

/** One of the {@link TASK_KINDS}. */
export type TaskKind = (typeof TASK_KINDS)[number];

/** A loaded task. Its metadata is loaded at once, everything else on first use, and then kept. */
export interface TaskDefinition {
  readonly metadata: TaskMetadata;
  readonly kind: TaskKind;
  /** Its location as the user would write it: a directory, or `archive.zip` / `archive.zip!folder`. */
  readonly origin: string;
  /** Warnings from loading, such as an unknown metadata field. */
  readonly warnings: readonly Problem[];
  /** Returns the SHA-256 (hex) of the names and contents of the task's files. */
  checksum(): Promise<string>;
  /** @throws {RatchetError} TASK_INVALID with file, line and remedy */
  program(): Promise<Program>;
  /** Returns the original program file. @throws {RatchetError} TASK_INVALID when it can't be read as text */
  programText(): Promise<{ file: string; text: string }>;
  /** Returns the README; undefined without one. @throws {RatchetError} TASK_INVALID when it can't be read as text */
  readme(): Promise<{ file: string; text: string } | undefined>;
  /**
   * Returns the source of the schema for inputs or outputs; undefined if there is no schema and everything is accepted.
   * @throws {RatchetError} TASK_INVALID when it can't be read as text
   */
  schema(side: "input" | "output"): Promise<SchemaSource | undefined>;
  /** @throws {RatchetError} TASK_INVALID */
  inputValidator(): Promise<SchemaValidator>;
  /** @throws {RatchetError} TASK_INVALID */
  outputValidator(): Promise<SchemaValidator>;
  /** Returns the tests, and the problems of files in `tests/` that are not valid tests. */
  tests(): Promise<{ tests: TaskTest[]; problems: Problem[] }>;
}
