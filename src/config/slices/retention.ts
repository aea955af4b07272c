import type { KeyDefinition } from "../key-definition.ts";
import { higherOf } from "../project-limits.ts";
import type { ConfigValue } from "../value-form.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const AGE = { type: "duration", max: 36_500 * DAY_MS } as const;
const COUNT = { type: "integer", min: 0, max: Number.MAX_SAFE_INTEGER } as const;

const PROJECT_RULE = "./ratchet.yaml may only raise it.";

/** How much history the server keeps. */
export const RETENTION_KEYS = {
  "retention.completed.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long completed jobs are kept.",
  },
  "retention.completed.max_count": {
    form: COUNT,
    default: 1_000_000,
    allowedInProject: (value) => keepsAtLeast(value, 1_000_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many completed jobs are kept. The latest stay.",
  },
  "retention.failed.max_age": {
    form: AGE,
    default: 90 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 90 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long failed jobs are kept.",
  },
  "retention.failed.max_count": {
    form: COUNT,
    default: 1_000_000,
    allowedInProject: (value) => keepsAtLeast(value, 1_000_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many failed jobs are kept. The latest stay.",
  },
  "retention.cancelled.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long cancelled jobs are kept.",
  },
  "retention.cancelled.max_count": {
    form: COUNT,
    default: 1_000_000,
    allowedInProject: (value) => keepsAtLeast(value, 1_000_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many cancelled jobs are kept. The latest stay.",
  },
  "retention.direct_executions.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long direct executions are kept.",
  },
  "retention.direct_executions.max_count": {
    form: COUNT,
    default: 1_000_000,
    allowedInProject: (value) => keepsAtLeast(value, 1_000_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many direct executions are kept. The latest stay.",
  },
  "retention.events.max_age": {
    form: AGE,
    default: 7 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 7 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long events are kept for listeners that reconnect.",
  },
  "retention.events.max_count": {
    form: COUNT,
    default: 100_000,
    allowedInProject: (value) => keepsAtLeast(value, 100_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many events are kept. The latest stay.",
  },
  "retention.deliveries.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long deliveries of webhooks are kept. One that arrives again after that creates another job.",
  },
  "retention.deliveries.max_count": {
    form: COUNT,
    default: 100_000,
    allowedInProject: (value) => keepsAtLeast(value, 100_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many deliveries of webhooks are kept. The latest stay, and all of the last 10 minutes.",
  },
  "retention.deliveries.max_size": {
    form: { type: "size" },
    default: 256 * 1_024 ** 2,
    allowedInProject: (value) => keepsAtLeast(value, 256 * 1_024 ** 2),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description:
      "Maximum size of the bodies of all deliveries. Older deliveries stay without their bodies, and can't be replayed.",
  },
  "retention.logs.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long lines of the log are kept. Those of a task's console end with its execution at the latest.",
  },
  "retention.logs.max_size": {
    form: { type: "size" },
    default: 1_024 ** 3,
    allowedInProject: (value) => keepsAtLeast(value, 1_024 ** 3),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "Maximum size of all lines of the log. The latest stay.",
  },
  "retention.recordings.max_age": {
    form: AGE,
    default: 7 * DAY_MS,
    description: "How long recordings of executions are kept.",
  },
  "retention.recordings.max_size": {
    form: { type: "size" },
    default: 256 * 1_024 ** 2,
    description: "Maximum size of all recordings of executions. The latest stay.",
  },
  "retention.notifications.max_age": {
    form: AGE,
    default: 30 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 30 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long finished deliveries of notifications are kept.",
  },
  "retention.notifications.max_count": {
    form: COUNT,
    default: 10_000,
    allowedInProject: (value) => keepsAtLeast(value, 10_000),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How many deliveries of notifications are kept. The latest stay, and all that are pending.",
  },
  "retention.firings.max_age": {
    form: AGE,
    default: 90 * DAY_MS,
    allowedInProject: (value) => keepsAtLeast(value, 90 * DAY_MS),
    projectRule: PROJECT_RULE,
    inProject: higherOf,
    description: "How long the firings of schedules are kept.",
  },
} as const satisfies Record<string, KeyDefinition>;

/** Ensures that a folder's own file cannot cause history to be deleted that would otherwise be kept. */
function keepsAtLeast(value: ConfigValue, least: number): boolean {
  return typeof value === "number" && value >= least;
}
