/** One sentence for each member of a task, shared by REST and GraphQL. */
export const TASK = {
  id: "Number of the task in this database.",
  uuid: "The task's own identity, from its metadata.",
  label: "Short name of the task, from its metadata.",
  description: "What the task does, from its metadata.",
  version: "Newest available version.",
  enabled: "Whether the task takes new jobs and runs those it has.",
  source: "Name of the registry source that has the task; null when none has it any more.",
  registrySource: "Name of the registry source that has the task; null when none has it any more.",
  inSync: "Whether a registry source still has the task.",
  availableVersions: "Versions that can be run, newest first.",
  inputSchema: "JSON Schema of its input; null when it has none.",
  outputSchema: "JSON Schema of its output; null when it has none.",
  limits: "What an execution of it may use on this server; null while no source can provide it.",
  retry: "How its failed jobs are retried; null when its metadata says nothing.",
  permissions: "What it may reach; null when its metadata says nothing.",
  createdAt: "When the task was first seen.",
  updatedAt: "When the task last changed.",
  validatedAt: "When the task was last found valid; null when it was never checked.",
  jobStats: "Numbers of the task's jobs, by status.",
  executionStats: "Numbers and durations of the task's executions.",
} as const;

/** One sentence for each limit of a task, in the words of its metadata. */
export const TASK_LIMITS = {
  time: "Wall time from start to outcome, in ms.",
  memory: "Memory of the program, in bytes.",
  stack: "Stack of the program, in bytes.",
  output: "Output, in bytes of JSON.",
  logs: "Console lines and progress reports together, in bytes.",
  fetches: "Number of HTTP requests.",
  fetchResponse: "Body of one HTTP response, in bytes.",
  fetchTotal: "All HTTP bodies together, in bytes.",
} as const;

/** One sentence for each member of a task's retry policy. */
export const TASK_RETRY = {
  maxRetries: "How often a failed attempt is retried, unless the job says otherwise.",
  delay: "Wait before the first retry, in ms.",
  maxDelay: "Longest wait before a retry, in ms.",
  factor: "Each wait is this many times the one before.",
  jitter: "Share of the wait that is drawn at random, 0 to 1.",
  also: "Names or codes of errors that are retried as well.",
  never: "Names or codes of errors that are not retried.",
} as const;

/** One sentence for each member of a task's permissions. */
export const TASK_PERMISSIONS = { hosts: "Hosts that it may call; any host when absent." } as const;

/** One sentence for each member of a task's version. */
export const TASK_VERSION = {
  version: "Version number, by semantic versioning.",
  checksum: "SHA-256 of the names and contents of its files, in hex.",
  source: "Name of the registry source that it came from.",
  origin: "Place within the source that it came from.",
  available: "Whether it can still be run.",
  createdAt: "When the version was first seen.",
  updatedAt: "When the version last changed.",
} as const;

/** One sentence for each member of a short reference to a task. */
export const TASK_NAME = { id: TASK.id, uuid: TASK.uuid, label: TASK.label } as const;

/** One sentence for each member of a problem found in a task's files. */
export const FOUND_PROBLEM = {
  severity: "Whether the problem keeps the task from running.",
  file: "File that the problem is in.",
  line: "Line of the problem, from 1.",
  column: "Column of the problem, from 1.",
  pointer: "JSON pointer (RFC 6901) to the problem within a JSON file.",
  message: "What is wrong.",
  remedy: "What to do about it.",
} as const;

/** One sentence for each member of a violation of a schema. */
export const VIOLATION = {
  pointer: "JSON pointer (RFC 6901) to the place in what was sent.",
  message: "What is wrong there.",
} as const;

/** One sentence for each member of the result of a validation. */
export const VALIDATION = {
  valid: "Whether nothing is wrong with the task, nor with the input that was sent.",
  problems: "Problems in the task's own files.",
  violations: "Places at which the input does not fit the task's schema.",
} as const;
