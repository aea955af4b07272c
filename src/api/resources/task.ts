import type { ExecutionLimits } from "../../domain/limits.ts";
import type { RetryPolicy } from "../../domain/retry-policy.ts";
import type { TaskPermissions } from "../../domain/task.ts";
import { TASK_KINDS } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskContract } from "../../service/tasks/task-contract.ts";
import type { VersionInUse } from "../../service/tasks/versions-in-use.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { LIMIT_FIELDS } from "../../task/task-limits.ts";
import { UNFINISHED_COUNTS } from "./job-parts.ts";
import { COUNT, FLAG, ID, SIZE, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, WORDS } from "./parts.ts";
import { defineNullable, definePartialResource, defineResource, type Typed, type View } from "./resource.ts";

/** What can be run. */
export const TASK = defineResource("A function with JSON Schemas for its input and output.", {
  id: { ...ID, description: "Id of the task in this database." },
  uuid: { ...TEXT, description: "The task's own identity, from its metadata." },
  label: { ...TEXT, description: "Short name of the task, from its metadata." },
  description: { ...TEXT, description: "What the task does, from its metadata." },
  version: { ...TEXT, description: "Newest available version." },
  enabled: { ...FLAG, description: "Whether the task accepts new jobs and runs its jobs." },
  source: {
    ...TEXT_OR_NULL,
    description: "Name of the registry source that has the task; null if no source has it any more.",
  },
  inSync: { ...FLAG, description: "Whether a registry source still has the task." },
  createdAt: { ...TIME, description: "When the task was first seen." },
  updatedAt: { ...TIME, description: "When the task last changed." },
  validatedAt: { ...TIME_OR_NULL, description: "When the task was last found valid; null if it was never checked." },
});

/** What an execution of the task may use on this server. */
export const TASK_LIMITS = defineResource("What an execution of the task may use on this server.", {
  time: { ...SIZE, description: "Wall time from start to outcome, in ms." },
  cleanup: { ...SIZE, description: "Time at work after a cancellation, in ms." },
  memory: { ...SIZE, description: "Memory of the program, in bytes." },
  stack: { ...SIZE, description: "Stack of the program, in bytes." },
  output: { ...SIZE, description: "Output, in bytes of JSON." },
  logs: { ...SIZE, description: "Console lines and progress reports together, in bytes." },
  fetches: { ...COUNT, description: "Number of HTTP requests." },
  fetchResponse: { ...SIZE, description: "Body of one HTTP response, in bytes." },
  fetchTotal: { ...SIZE, description: "All HTTP bodies together, in bytes." },
});

/** How failed jobs of the task are retried; what is absent is up to the server. */
export const TASK_RETRY = definePartialResource(
  "How failed jobs of the task are retried. The server decides about absent members.",
  {
    maxRetries: { ...COUNT, description: "How often a failed attempt is retried, unless the job says otherwise." },
    delay: { ...COUNT, description: "Delay before the first retry, in ms." },
    maxDelay: { ...COUNT, description: "Maximum delay before a retry, in ms." },
    factor: { type: "number", description: "Factor by which each wait is longer than the previous one." },
    jitter: { type: "number", description: "Share by which a wait is randomly made shorter or longer, 0 to 1." },
    also: { ...WORDS, description: "Names or codes of errors that are retried as well." },
    never: { ...WORDS, description: "Names or codes of errors that are not retried." },
  },
  ["maxRetries", "delay", "maxDelay", "factor", "jitter", "also", "never"],
);

const SECRET_PERMISSIONS: Typed<NonNullable<TaskPermissions["secrets"]>> = {
  anyOf: [
    { type: "array", items: { type: "string" } },
    {
      type: "object",
      additionalProperties: {
        type: "object",
        properties: {
          hosts: { type: "array", items: { type: "string" }, description: "Hosts that the value is sent to." },
        },
        additionalProperties: false,
      },
    },
  ],
};

/** What the task may reach. */
export const TASK_PERMISSIONS = definePartialResource(
  "What the task may access.",
  {
    net: { ...WORDS, description: "Rules for what it may call, in addition to hosts." },
    hosts: { ...WORDS, description: "Hosts that it may call. Absent, without net: any host." },
    secrets: {
      ...SECRET_PERMISSIONS,
      description: "The secrets that it gets: names, or names with the hosts that a value is sent to. Absent: none.",
    },
    tasks: { ...WORDS, description: "Labels of the tasks that it may call. Absent: none." },
  },
  ["net", "hosts", "secrets", "tasks"],
);

const TASK_KIND_OR_NULL = { type: ["string", "null"], enum: [...TASK_KINDS, null] } as const;

/** A task with its versions, schemas and limits. */
export const TASK_DETAIL = defineResource("A task with its versions, schemas and limits.", {
  ...TASK.properties,
  availableVersions: { ...WORDS, description: "Versions that can be run, newest first." },
  inputSchema: { description: "JSON Schema of its input; null if it has no schema." },
  outputSchema: { description: "JSON Schema of its output; null if it has no schema." },
  limits: {
    ...defineNullable(TASK_LIMITS),
    description: "What an execution of it may use on this server; null while no source can provide it.",
  },
  retry: {
    ...defineNullable(TASK_RETRY),
    description: "How its failed jobs are retried; null if its metadata does not say.",
  },
  permissions: {
    ...defineNullable(TASK_PERMISSIONS),
    description: "What it may access; null if its metadata does not say.",
  },
  kind: {
    ...TASK_KIND_OR_NULL,
    description:
      "What its program is: program (code) or workflow (workflow.yaml); null while no source can provide the task.",
  },
  hasReadme: { ...FLAG, description: "Whether its newest version has a README." },
});

/** A version of a task. */
export const TASK_VERSION = defineResource("A version of a task.", {
  version: { ...TEXT, description: "Version number, by semantic versioning." },
  checksum: { ...TEXT, description: "SHA-256 of the names and contents of its files, in hex." },
  source: { ...TEXT, description: "Name of the registry source that it came from." },
  origin: { ...TEXT, description: "Place within the source that it came from." },
  available: { ...FLAG, description: "Whether a source still has it, so that new jobs can run it." },
  kept: {
    ...FLAG,
    description:
      "Whether a copy of its files is stored, with which jobs and schedules that are pinned to it run when no source has it any more.",
  },
  unfinished: {
    ...UNFINISHED_COUNTS,
    description:
      "Unfinished jobs that are pinned to the version, because they have asked for it or because their run began with it.",
  },
  createdAt: { ...TIME, description: "When the version was first seen." },
  updatedAt: { ...TIME, description: "When the version last changed." },
});

/** The program of a task. */
export const PROGRAM = defineResource("The program of a task.", {
  file: { ...TEXT, description: "Name of the file: main.js, main.ts or workflow.yaml." },
  text: { ...TEXT, description: "Text of the file, as it was written." },
});

/** Returns a task as REST shows it. */
export function taskView(task: TaskRecord): View<typeof TASK> {
  const { id, uuid, label, description, version, enabled, source, inSync } = task;
  return {
    id,
    uuid,
    label,
    description,
    version,
    enabled,
    source,
    inSync,
    createdAt: timeText(task.createdAt),
    updatedAt: timeText(task.updatedAt),
    validatedAt: timeTextOrNull(task.validatedAt),
  };
}

/** A task with what it takes, returns and may use, in the words of its metadata; times are ms, sizes bytes. */
export function taskDetailView(
  task: TaskRecord,
  availableVersions: readonly string[],
  contract: TaskContract,
): View<typeof TASK_DETAIL> {
  const { inputSchema, outputSchema, limits, retry, permissions, kind, hasReadme } = contract;
  return {
    ...taskView(task),
    availableVersions,
    inputSchema,
    outputSchema,
    limits: limits === null ? null : limitsView(limits),
    retry: retry === null ? null : retryView(retry),
    permissions,
    kind,
    hasReadme,
  };
}

/** Limits in the words of a task's metadata. */
export function limitsView(limits: ExecutionLimits): View<typeof TASK_LIMITS> {
  const entries = Object.entries(LIMIT_FIELDS).map(([name, { limit }]) => [name, limits[limit]]);
  return Object.fromEntries(entries) as View<typeof TASK_LIMITS>;
}

function retryView({ delayMs, maxDelayMs, ...rest }: RetryPolicy): View<typeof TASK_RETRY> {
  return { ...rest, ...defined({ delay: delayMs, maxDelay: maxDelayMs }) };
}

/** A version of a task as REST shows it. */
export function versionView(record: VersionInUse): View<typeof TASK_VERSION> {
  const { version, checksum, source, origin, available, kept, unfinished } = record;
  return {
    version,
    checksum,
    source,
    origin,
    available,
    kept,
    unfinished,
    createdAt: timeText(record.createdAt),
    updatedAt: timeText(record.updatedAt),
  };
}

/** A task for the examples of the OpenAPI document. */
export const TASK_EXAMPLE = {
  id: 1,
  uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10",
  label: "addition",
  description: "Adds two numbers.",
  version: "1.1.0",
  enabled: true,
  source: "tasks",
  inSync: true,
  createdAt: "2026-11-23T08:00:00.000Z",
  updatedAt: "2026-11-23T08:00:00.000Z",
  validatedAt: "2026-11-23T08:00:00.000Z",
} satisfies View<typeof TASK>;
