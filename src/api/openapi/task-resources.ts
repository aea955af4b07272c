import {
  FOUND_PROBLEM,
  TASK,
  TASK_LIMITS,
  TASK_NAME,
  TASK_PERMISSIONS,
  TASK_RETRY,
  TASK_VERSION,
  VALIDATION,
  VIOLATION,
} from "../descriptions/task.ts";
import {
  COUNT,
  described,
  FLAG,
  ID,
  list,
  nullable,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "../resources/parts.ts";

/** Schemas about tasks, by name. */
export function taskResources(): Record<string, object> {
  const {
    availableVersions,
    inputSchema,
    outputSchema,
    permissions,
    registrySource,
    jobStats,
    executionStats,
    ...rest
  } = TASK;
  const { limits: limitsSentence, retry: retrySentence, ...sentences } = rest;
  const task = described(
    {
      id: ID,
      uuid: TEXT,
      label: TEXT,
      description: TEXT,
      version: TEXT,
      enabled: FLAG,
      source: TEXT_OR_NULL,
      inSync: FLAG,
      createdAt: TIME,
      updatedAt: TIME,
      validatedAt: TIME_OR_NULL,
    },
    sentences,
  );
  const version = {
    version: TEXT,
    checksum: TEXT,
    source: TEXT,
    origin: TEXT,
    available: FLAG,
    createdAt: TIME,
    updatedAt: TIME,
  };
  const problem = {
    severity: { type: "string", enum: ["error", "warning"] },
    file: TEXT,
    line: ID,
    column: ID,
    pointer: TEXT,
    message: TEXT,
    remedy: TEXT,
  };
  const validation = { valid: FLAG, problems: list(ref("FoundProblem")), violations: list(ref("Violation")) };
  return {
    TaskName: whole(described({ id: ID, uuid: TEXT, label: TEXT }, TASK_NAME), "A short reference to a task."),
    Task: whole(task, "What can be run."),
    TaskDetail: whole(
      {
        ...task,
        ...described(
          {
            availableVersions: list(TEXT),
            inputSchema: {},
            outputSchema: {},
            limits: nullable(limits()),
            retry: nullable(retry()),
            permissions: nullable(
              partial(described({ hosts: list(TEXT) }, TASK_PERMISSIONS), [], "What the task may reach."),
            ),
          },
          { availableVersions, inputSchema, outputSchema, limits: limitsSentence, retry: retrySentence, permissions },
        ),
      },
      "A task with its versions, schemas and limits.",
    ),
    TaskVersion: whole(described(version, TASK_VERSION), "A version of a task."),
    FoundProblem: partial(
      described(problem, FOUND_PROBLEM),
      ["severity", "file", "message", "remedy"],
      "A problem in a file of a task.",
    ),
    Violation: whole(described({ pointer: TEXT, message: TEXT }, VIOLATION), "A place in what was sent that is wrong."),
    Validation: whole(described(validation, VALIDATION), "What a check of a task found."),
  };
}

function limits(): object {
  const counts = { time: COUNT, memory: COUNT, stack: COUNT, output: COUNT, logs: COUNT };
  return whole(
    described({ ...counts, fetches: COUNT, fetchResponse: COUNT, fetchTotal: COUNT }, TASK_LIMITS),
    "What an execution of the task may use on this server.",
  );
}

function retry(): object {
  const numbers = { maxRetries: COUNT, delay: COUNT, maxDelay: COUNT };
  const shares = { factor: { type: "number" }, jitter: { type: "number" } };
  return partial(
    described({ ...numbers, ...shares, also: list(TEXT), never: list(TEXT) }, TASK_RETRY),
    [],
    "How failed jobs of the task are retried; what is absent is up to the server.",
  );
}
