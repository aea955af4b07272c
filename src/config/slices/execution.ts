import { DEFAULT_MAX_RETRIES } from "../../domain/job.ts";
import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";
import type { KeyDefinition } from "../key-definition.ts";

const MEGABYTE = 1024 * 1024;

/** Executions, the cache of what they run, and the queue of the server. */
export const EXECUTION_KEYS = {
  "execution.max_execution_duration": {
    form: { type: "duration" },
    default: 300_000,
    env: "RATCHET_EXECUTION_MAX_EXECUTION_DURATION",
    description: "No execution of the server takes longer, whatever its task says.",
  },
  "execution.max_memory": {
    form: { type: "size", min: 4 * MEGABYTE, max: 2_048 * MEGABYTE },
    default: 512 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_MEMORY",
    description: "No execution of the server has more memory, whatever its task says.",
  },
  "execution.max_stack": {
    form: { type: "size", min: 16 * 1024, max: 4 * MEGABYTE },
    default: 4 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_STACK",
    description: "No execution of the server has a larger stack, whatever its task says.",
  },
  "execution.max_output_size": {
    form: { type: "size", max: 512 * MEGABYTE },
    default: 64 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_OUTPUT_SIZE",
    description: "No execution of the server gives a larger output, whatever its task says.",
  },
  "execution.max_log_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 16 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_LOG_SIZE",
    description: "No execution of the server writes more to its console, whatever its task says.",
  },
  "execution.max_fetches": {
    form: { type: "integer", min: 0, max: 1_000_000 },
    default: 10_000,
    env: "RATCHET_EXECUTION_MAX_FETCHES",
    description: "No execution of the server makes more fetch calls, whatever its task says.",
  },
  "execution.max_fetch_response_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 64 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_FETCH_RESPONSE_SIZE",
    description: "No execution of the server gets a larger response body, whatever its task says.",
  },
  "execution.max_fetch_total_size": {
    form: { type: "size", min: 0, max: 1_024 * MEGABYTE },
    default: 256 * MEGABYTE,
    env: "RATCHET_EXECUTION_MAX_FETCH_TOTAL_SIZE",
    description: "No execution of the server sends and gets larger bodies in total, whatever its task says.",
  },
  "execution.validate_schemas": {
    form: { type: "boolean" },
    default: true,
    env: "RATCHET_EXECUTION_VALIDATE_SCHEMAS",
    description: "Whether the server checks inputs and outputs against the task's schemas.",
  },
  "execution.workers": {
    form: { type: "integer", min: 1, max: 1_024 },
    example: "2",
    env: "RATCHET_EXECUTION_WORKERS",
    description: "Threads that run tasks. One for each processor when not set.",
  },
  "execution.memory_budget": {
    form: { type: "size", min: 16 * 1024 * 1024 },
    example: "1GB",
    env: "RATCHET_EXECUTION_MEMORY_BUDGET",
    description:
      "Memory that all running tasks may have together; further ones wait. Half of the machine's when not set.",
  },
  "cache.enabled": {
    form: { type: "boolean" },
    default: true,
    env: "RATCHET_CACHE_ENABLED",
    description: "Whether tasks that were loaded are kept in memory.",
  },
  "cache.task_content_cache_size": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 1_000,
    env: "RATCHET_CACHE_TASK_CONTENT_CACHE_SIZE",
    description: "How many tasks are kept in memory at most, those used last.",
  },
  "cache.max_bytes": {
    form: { type: "size", min: 0 },
    default: 64 * 1024 * 1024,
    env: "RATCHET_CACHE_MAX_BYTES",
    description: "How large the files of the tasks kept in memory may be together.",
  },
  "queue.concurrency": {
    form: { type: "integer", min: 1, max: 100_000 },
    default: 256,
    env: "RATCHET_QUEUE_CONCURRENCY",
    description:
      "How many jobs run at once. Those that only wait, for a timer or a response, do not count, as long as they fit into half of execution.memory_budget (1.5MB each) and are no more than 10000.",
  },
  "queue.max_input_size": {
    form: { type: "size", min: 2, max: 256 * 1024 * 1024 },
    default: 16 * 1024 * 1024,
    env: "RATCHET_QUEUE_MAX_INPUT_SIZE",
    description: "Largest input of one job or direct execution.",
  },
  "queue.lease": {
    form: { type: "duration", min: 300, max: 15_000 },
    default: 15_000,
    env: "RATCHET_QUEUE_LEASE",
    description: "How long the jobs of a server that went silent stay its own.",
  },
  "queue.missing_task_wait": {
    form: { type: "duration", min: 0, max: 24 * 3_600_000 },
    default: 600_000,
    env: "RATCHET_QUEUE_MISSING_TASK_WAIT",
    description: "How long a job waits for a task or version that no source has any more, before it fails.",
  },
  "queue.max_retries": {
    form: { type: "integer", min: 0, max: HIGHEST_MAX_RETRIES },
    default: DEFAULT_MAX_RETRIES,
    env: "RATCHET_QUEUE_MAX_RETRIES",
    description: "How often a job is tried again that does not say itself, and whose task does not say.",
  },
  "queue.retry_delay": {
    form: { type: "duration" },
    default: 1_000,
    env: "RATCHET_QUEUE_RETRY_DELAY",
    description: "Delay before the first retry of a job, doubled for each further one, unless its task says otherwise.",
  },
  "queue.max_retry_delay": {
    form: { type: "duration" },
    default: 600_000,
    env: "RATCHET_QUEUE_MAX_RETRY_DELAY",
    description: "Longest delay between two attempts, unless the task says otherwise.",
  },
} as const satisfies Record<string, KeyDefinition>;
