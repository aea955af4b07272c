import { DEFAULT_MAX_RETRIES } from "../../domain/job.ts";
import { MAX_MEMORY_BYTES } from "../../domain/limits.ts";
import { NETWORK_SCOPES } from "../../domain/network-rule.ts";
import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";
import type { KeyDefinition } from "../key-definition.ts";
import { lowerOf, usersOwn } from "../project-limits.ts";
import type { ConfigValue } from "../value-form.ts";

const MEGABYTE = 1024 * 1024;

/** Settings of executions, of the cache of tasks, and of the server's queue. */
export const EXECUTION_KEYS = {
  "execution.network": {
    form: { type: "choice", choices: NETWORK_SCOPES },
    example: "public",
    description:
      "Addresses that tasks may reach: public (those of the internet), any, or none. The default is public for a server, and any for commands. http.allow opens more.",
    allowedInProject: (value) => value !== "any",
    projectRule: "./ratchet.yaml may only narrow it.",
    inProject: narrowerScope,
  },
  "execution.record": {
    form: { type: "choice", choices: ["all", "failed", "none"] as const },
    default: "all",
    description:
      "Which executions a server records, so that they can be replayed and made into tests. Secrets are masked.",
  },
  "execution.record_max_size": {
    form: { type: "size", min: 1024, max: 64 * MEGABYTE },
    default: MEGABYTE,
    description: "Maximum size of what is recorded of one execution. A larger recording is dropped.",
    inProject: lowerOf,
  },
  "execution.sleep_after": {
    form: { type: "duration", max: 3_600_000 },
    default: 200,
    description:
      "How long an execution waits for durable operations in memory before it is put to sleep, where it takes up no memory. A wait that is known to be longer puts it to sleep at once.",
  },
  "execution.max_execution_duration": {
    form: { type: "duration" },
    default: 300_000,
    description: "Maximum duration of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_memory": {
    form: { type: "size", min: 4 * MEGABYTE, max: MAX_MEMORY_BYTES },
    default: 512 * MEGABYTE,
    description: "Maximum memory of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_stack": {
    form: { type: "size", min: 16 * 1024, max: 4 * MEGABYTE },
    default: 4 * MEGABYTE,
    description: "Maximum stack of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_output_size": {
    form: { type: "size", max: 512 * MEGABYTE },
    default: 64 * MEGABYTE,
    description: "Maximum size of the output of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_log_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 16 * MEGABYTE,
    description: "Maximum size of the console output of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_fetches": {
    form: { type: "integer", min: 0, max: 1_000_000 },
    default: 10_000,
    description: "Maximum number of fetch calls of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_fetch_response_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 64 * MEGABYTE,
    description: "Maximum size of a response body for an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.max_fetch_total_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 256 * MEGABYTE,
    description:
      "Maximum total size of all request and response bodies of an execution on the server, whatever its task asks for.",
    inProject: lowerOf,
  },
  "execution.validate_schemas": {
    form: { type: "boolean" },
    default: true,
    description: "Check inputs and outputs against the task's schemas on the server.",
    inProject: usersOwn,
  },
  "execution.workers": {
    form: { type: "integer", min: 1, max: 1_024 },
    example: "2",
    description: "Number of threads that run tasks. The default is one per processor.",
    inProject: lowerOf,
  },
  "execution.memory_budget": {
    form: { type: "size", min: 16 * 1024 * 1024 },
    example: "1GB",
    description:
      "Memory that all running tasks may use together. Further tasks wait. The default is half of the machine's memory.",
    inProject: lowerOf,
  },
  "cache.enabled": {
    form: { type: "boolean" },
    default: true,
    description: "Keep loaded tasks in memory.",
  },
  "cache.task_content_cache_size": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 1_000,
    description: "Maximum number of tasks kept in memory. Those used last stay.",
  },
  "cache.max_bytes": {
    form: { type: "size", min: 0 },
    default: 64 * 1024 * 1024,
    description: "Maximum total size of the files of the tasks kept in memory.",
  },
  "cache.prepared": {
    form: { type: "boolean" },
    default: true,
    description:
      "Commands keep prepared programs in $XDG_CACHE_HOME/ratchet, or else ~/.cache/ratchet, and servers in their database.",
  },
  "cache.prepared_max_bytes": {
    form: { type: "size", min: 0 },
    default: 256 * 1024 * 1024,
    description: "Maximum total size of the prepared programs of commands. Those used last stay.",
  },
  "queue.concurrency": {
    form: { type: "integer", min: 1, max: 100_000 },
    default: 256,
    description:
      "How many jobs run at once. Jobs that only wait for a timer or a response do not count, up to 10000 of them, as long as they fit into half of execution.memory_budget (1.5MB each).",
    inProject: lowerOf,
  },
  "queue.max_input_size": {
    form: { type: "size", min: 2, max: 256 * 1024 * 1024 },
    default: 16 * 1024 * 1024,
    description: "Maximum size of the input of a job, direct execution or schedule.",
    inProject: lowerOf,
  },
  "queue.lease": {
    form: { type: "duration", min: 300, max: 15_000 },
    default: 15_000,
    description: "How long a server that stopped responding keeps its jobs before another one may rescue them.",
  },
  "queue.missing_task_wait": {
    form: { type: "duration", min: 0, max: 24 * 3_600_000 },
    default: 600_000,
    description: "How long a job waits for a task or version that no source offers any more before it fails.",
  },
  "queue.max_retries": {
    form: { type: "integer", min: 0, max: HIGHEST_MAX_RETRIES },
    default: DEFAULT_MAX_RETRIES,
    description: "Maximum number of retries of a job, unless the job or its task sets its own.",
  },
  "queue.retry_delay": {
    form: { type: "duration" },
    default: 1_000,
    description: "Delay before the first retry of a job, doubled for each further retry, unless its task sets its own.",
  },
  "queue.max_retry_delay": {
    form: { type: "duration" },
    default: 600_000,
    description: "Maximum delay between two attempts, unless the task sets its own.",
  },
} as const satisfies Record<string, KeyDefinition>;

/** `none` is narrower than `public`, and `public` narrower than `any`. */
function narrowerScope(value: ConfigValue, before: ConfigValue | undefined): ConfigValue {
  return before === "none" ? before : value;
}
