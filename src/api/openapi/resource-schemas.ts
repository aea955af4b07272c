/** JSON Schemas of what REST answers with, for components/schemas of the OpenAPI document. */

const TIME = { type: "string", format: "date-time" } as const;
const TIME_OR_NULL = { type: ["string", "null"], format: "date-time" } as const;
const TEXT = { type: "string" } as const;
const TEXT_OR_NULL = { type: ["string", "null"] } as const;
const COUNT = { type: "integer", minimum: 0 } as const;
const COUNT_OR_NULL = { type: ["integer", "null"], minimum: 0 } as const;
const ID = { type: "integer", minimum: 1 } as const;
const ID_OR_NULL = { type: ["integer", "null"], minimum: 1 } as const;
const FLAG = { type: "boolean" } as const;
const NUMBER_OR_NULL = { type: ["number", "null"] } as const;

/** An object of which every member is always there. */
function whole<const P extends Record<string, unknown>>(properties: P, description?: string) {
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const page = (name: string) => whole({ items: { type: "array", items: ref(name) }, nextCursor: TEXT_OR_NULL });
const nullable = (schema: object) => ({ anyOf: [schema, { type: "null" }] });

const JOB_COUNTS = {
  queued: COUNT,
  processing: COUNT,
  retrying: COUNT,
  completed: COUNT,
  failed: COUNT,
  cancelled: COUNT,
};
const EXECUTION_COUNTS = { pending: COUNT, running: COUNT, completed: COUNT, failed: COUNT, cancelled: COUNT };

/** Schemas by name. */
export function resourceSchemas(): Record<string, object> {
  const task = {
    id: ID,
    uuid: TEXT,
    label: TEXT,
    description: TEXT,
    version: { ...TEXT, description: "Newest available one." },
    enabled: FLAG,
    source: { ...TEXT_OR_NULL, description: "Registry source; null when none has it any more." },
    inSync: FLAG,
    createdAt: TIME,
    updatedAt: TIME,
    validatedAt: TIME_OR_NULL,
  };
  const job = {
    id: ID,
    status: { enum: Object.keys(JOB_COUNTS) },
    taskId: ID,
    task: nullable(ref("TaskName")),
    version: TEXT_OR_NULL,
    priority: { enum: ["low", "normal", "high", "critical"] },
    input: {},
    runAt: TIME,
    attempts: {
      ...COUNT,
      description: "How often it was started, and the attempt of its latest execution. Nothing sets it back.",
    },
    retries: { ...COUNT, description: "Used up of maxRetries; 0 again after a retry by hand." },
    maxRetries: { ...COUNT_OR_NULL, description: "null: as the task says when an attempt fails, else the server." },
    rescues: COUNT,
    idempotencyKey: TEXT_OR_NULL,
    uniqueKey: TEXT_OR_NULL,
    concurrencyKey: TEXT_OR_NULL,
    scheduleId: ID_OR_NULL,
    scheduledAt: {
      ...TIME_OR_NULL,
      description: "The firing it was created for, by the plan; retries keep it. null without a schedule.",
    },
    progress: { description: "Latest value the task reported." },
    error: nullable(ref("TaskError")),
    executionId: ID_OR_NULL,
    createdAt: TIME,
    startedAt: TIME_OR_NULL,
    finishedAt: TIME_OR_NULL,
  };
  const usage = {
    cpuMs: NUMBER_OR_NULL,
    peakMemoryBytes: COUNT_OR_NULL,
    fetchCount: COUNT_OR_NULL,
    fetchBytes: COUNT_OR_NULL,
  };
  const execution = {
    id: ID,
    status: { enum: Object.keys(EXECUTION_COUNTS) },
    jobId: ID_OR_NULL,
    taskId: ID,
    task: nullable(ref("TaskName")),
    version: TEXT_OR_NULL,
    attempt: { ...ID, description: "From 1, by one for each execution of the job." },
    workerId: TEXT,
    createdAt: TIME,
    startedAt: TIME_OR_NULL,
    finishedAt: TIME_OR_NULL,
    durationMs: NUMBER_OR_NULL,
    queueWaitMs: { type: "number" },
    usage: whole(usage),
    logCount: COUNT,
    error: nullable(ref("TaskError")),
  };
  return {
    TaskName: whole({ id: ID, uuid: TEXT, label: TEXT }),
    TaskError: {
      type: "object",
      properties: {
        code: TEXT,
        message: TEXT,
        remedy: TEXT,
        data: { type: "object" },
        type: { ...TEXT, description: "error.name of what the task threw." },
        status: { type: "integer" },
        guest: {
          type: "object",
          description: "As the task threw it: name, message, classes, code, stack, status, cause, errors.",
        },
      },
      required: ["code", "message"],
      additionalProperties: false,
    },
    Task: whole(task),
    TaskDetail: whole({ ...task, availableVersions: { type: "array", items: TEXT, description: "Newest first." } }),
    TaskPage: page("Task"),
    Version: whole({ name: TEXT, version: TEXT, commit: TEXT, buildDate: TEXT, bun: TEXT }),
    TaskVersion: whole({
      version: TEXT,
      checksum: { ...TEXT, description: "SHA-256, hex." },
      source: TEXT,
      origin: TEXT,
      available: FLAG,
      createdAt: TIME,
      updatedAt: TIME,
    }),
    VersionPage: page("TaskVersion"),
    FoundProblem: {
      type: "object",
      properties: {
        severity: { enum: ["error", "warning"] },
        file: TEXT,
        line: ID,
        column: ID,
        pointer: TEXT,
        message: TEXT,
        remedy: TEXT,
      },
      required: ["severity", "file", "message", "remedy"],
      additionalProperties: false,
    },
    Violation: whole({ pointer: { ...TEXT, description: "JSON pointer (RFC 6901)." }, message: TEXT }),
    Validation: whole({
      valid: FLAG,
      problems: { type: "array", items: ref("FoundProblem") },
      violations: { type: "array", items: ref("Violation") },
    }),
    DirectResult: whole({
      executionId: ID,
      status: { enum: ["completed", "failed", "cancelled"] },
      success: FLAG,
      version: TEXT_OR_NULL,
      output: {},
      error: nullable(ref("TaskError")),
      durationMs: NUMBER_OR_NULL,
    }),
    Job: whole(job),
    JobDetail: whole({ ...job, output: { description: "Of the latest execution, once completed; else null." } }),
    JobPage: page("Job"),
    JobBatch: whole({
      jobs: { type: "array", items: whole({ id: ID, status: job.status, created: FLAG }) },
      created: { ...COUNT, description: "Those that were not there before." },
    }),
    JobExplanation: whole({
      jobId: ID,
      reason: TEXT,
      message: TEXT,
      until: TIME_OR_NULL,
      ahead: COUNT_OR_NULL,
      limit: COUNT_OR_NULL,
      running: COUNT_OR_NULL,
    }),
    Changed: whole({ changed: COUNT }),
    Execution: whole(execution),
    ExecutionDetail: whole({ ...execution, input: {}, output: {} }),
    ExecutionPage: page("Execution"),
    LogLine: whole({ seq: COUNT, level: { enum: ["debug", "info", "warn", "error"] }, message: TEXT, time: TIME }),
    LogPage: page("LogLine"),
    Schedule: whole({
      id: ID,
      name: TEXT,
      taskId: ID,
      task: nullable(ref("TaskName")),
      version: TEXT_OR_NULL,
      cron: TEXT_OR_NULL,
      timezone: TEXT_OR_NULL,
      every: { ...COUNT_OR_NULL, description: "ms" },
      at: TIME_OR_NULL,
      input: {},
      enabled: FLAG,
      pausedReason: TEXT_OR_NULL,
      overlap: { enum: ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] },
      catchUpWindow: { ...COUNT, description: "ms" },
      jitter: { ...COUNT, description: "ms" },
      startAt: TIME_OR_NULL,
      endAt: TIME_OR_NULL,
      pauseOnFailure: FLAG,
      priority: job.priority,
      nextAt: TIME_OR_NULL,
      lastAt: TIME_OR_NULL,
      createdAt: TIME,
      updatedAt: TIME,
    }),
    SchedulePage: page("Schedule"),
    NextFiring: {
      type: "object",
      properties: { at: TIME, local: { ...TEXT, description: "In the schedule's time zone." }, note: TEXT },
      required: ["at", "local"],
      additionalProperties: false,
    },
    NextFirings: page("NextFiring"),
    Firing: whole({
      kind: { enum: ["planned", "manual"] },
      fireAt: TIME,
      status: { enum: ["enqueued", "buffered", "skipped", "missed"] },
      jobId: ID_OR_NULL,
      note: TEXT_OR_NULL,
      decidedAt: TIME,
    }),
    FiringPage: page("Firing"),
    Source: whole({
      name: TEXT,
      uri: TEXT,
      kind: { enum: ["embedded", "directory", "zip", "http", "git"] },
      watch: FLAG,
      state: { enum: ["pending", "current", "stale", "unavailable"] },
      revision: TEXT_OR_NULL,
      tasks: COUNT,
      versions: COUNT,
      checkedAt: TIME_OR_NULL,
      loadedAt: TIME_OR_NULL,
      error: TEXT_OR_NULL,
      problems: { type: "array", items: ref("FoundProblem") },
    }),
    SourcePage: page("Source"),
    CacheFigures: whole({
      entries: COUNT,
      bytes: COUNT,
      maxEntries: COUNT,
      maxBytes: COUNT,
      hits: COUNT,
      misses: COUNT,
      purged: COUNT,
    }),
    QueueState: whole({
      paused: FLAG,
      pauses: {
        type: "array",
        items: whole({
          scope: { anyOf: [{ const: "all" }, whole({ taskId: ID })] },
          note: TEXT_OR_NULL,
          pausedAt: TIME,
        }),
      },
      limits: {
        type: "array",
        items: {
          type: "object",
          properties: {
            scope: { anyOf: [{ const: "any key" }, whole({ taskId: ID }), whole({ key: TEXT })] },
            concurrency: ID,
            rate: whole({ count: ID, periodMs: ID }),
          },
          required: ["scope"],
          additionalProperties: false,
        },
      },
    }),
    Stats: {
      type: "object",
      properties: {
        jobs: whole(JOB_COUNTS),
        executions: whole(EXECUTION_COUNTS),
        meanDurationMs: NUMBER_OR_NULL,
        oldestReadyMs: NUMBER_OR_NULL,
        directRunning: COUNT,
        tasks: whole({ total: COUNT, enabled: COUNT }),
        schedules: whole({ total: COUNT, enabled: COUNT }),
        workers: COUNT,
      },
      required: ["jobs", "executions", "meanDurationMs"],
      additionalProperties: false,
    },
    Health: whole({ status: { const: "ok" }, version: TEXT, uptimeSeconds: COUNT }),
    Readiness: whole({
      status: { enum: ["ready", "not ready"] },
      ready: FLAG,
      checks: {
        type: "array",
        items: {
          type: "object",
          properties: { name: TEXT, ok: FLAG, message: TEXT },
          required: ["name", "ok"],
          additionalProperties: false,
        },
      },
    }),
    Problem: {
      type: "object",
      description: "Problem details (RFC 9457).",
      properties: {
        type: TEXT,
        title: TEXT,
        status: { type: "integer" },
        detail: { ...TEXT, description: "What was wrong, and where." },
        code: { ...TEXT, description: "Stable, for machines." },
        remedy: { ...TEXT, description: "What to do next." },
        data: { type: "object" },
        errors: { type: "array", items: ref("Violation") },
      },
      required: ["type", "title", "status", "detail", "code"],
      additionalProperties: false,
    },
  };
}
