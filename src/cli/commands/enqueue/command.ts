import { CHAIN_CONDITIONS, JOB_PRIORITIES } from "../../../domain/job.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { SERVER_OPTION } from "../../framework/server-client.ts";
import { REQUIRED_TASK } from "../../framework/server-command.ts";
import { INPUT_OPTIONS } from "../input-options.ts";
import { MAX_RETRIES_OPTION, TAG_OPTION } from "../job-options.ts";
import { jobId } from "../jobs/job-id.ts";

/** `ratchet enqueue`. */
export const ENQUEUE = defineCommand({
  meta: {
    name: "enqueue",
    description: "Create a job on a running server, and optionally wait for its result",
    details: [
      "Creates a job. When the command exits with 0, the job is on the server's disk. With --wait, the command waits until " +
        "the job has ended, prints the task's result as JSON, and exits with the same code as `ratchet run-once`. If the " +
        "server restarts in the meantime, the command waits up to ten seconds for it.",
      "A script that may run twice should pass an --idempotency-key: the same key returns the same job.",
    ],
    examples: [
      [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}'`, "prints the job's id"],
      [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}' --wait`, 'prints {"sum":15}'],
      [
        "ratchet enqueue --task report --delay 10m --idempotency-key report-2027-01",
        "one job, in ten minutes, however often this runs",
      ],
    ],
  },
  args: {
    task: REQUIRED_TASK,
    "task-version": {
      type: "string",
      valueHint: "VERSION",
      description: "Exact version of the task. Default: the newest one when the job runs.",
    },
    ...INPUT_OPTIONS,
    priority: {
      type: "enum",
      options: [...JOB_PRIORITIES],
      valueHint: "PRIORITY",
      description: `Urgency: ${JOB_PRIORITIES.join(", ")}. Default: normal.`,
    },
    "run-at": {
      type: "string",
      valueHint: "TIME",
      excludes: ["delay"],
      description: "Do not start the job before this time, such as 2027-01-01T06:00:00Z.",
    },
    delay: {
      type: "string",
      form: { type: "duration", max: 36_500 * 86_400_000 },
      valueHint: "TIME",
      description: "Do not start the job before this much time has passed, such as 10m.",
    },
    "max-retries": {
      ...MAX_RETRIES_OPTION,
      description: "How often a failed attempt is retried. Default: the task's own number, or else that of the server.",
    },
    "idempotency-key": {
      type: "string",
      valueHint: "KEY",
      description: "Return the existing job if one with this key exists.",
    },
    "unique-key": {
      type: "string",
      valueHint: "KEY",
      description: "Return the existing job while the task has an unfinished one with this key.",
    },
    "concurrency-key": {
      type: "string",
      valueHint: "KEY",
      description: "Jobs with the same key share the limits set for it, such as one job at a time.",
    },
    "correlation-key": {
      type: "string",
      valueHint: "KEY",
      description: "Let `ratchet signal` find the job by this key. Only one unfinished job of a task has it.",
    },
    after: {
      type: "string",
      valueHint: "ID",
      multiple: true,
      form: jobId,
      description:
        "Start when this job has ended. Can be repeated. Without an input, the input is what has become of these jobs.",
    },
    when: {
      type: "enum",
      options: [...CHAIN_CONDITIONS],
      valueHint: "CONDITION",
      needs: "after",
      description: "What has to have become of them: completed (all), failed (at least one), any. Default: completed.",
    },
    tag: { ...TAG_OPTION, description: "Tag to find the job by. Can be repeated." },
    wait: { type: "boolean", description: "Wait until the job has ended, and print the result." },
    "wait-timeout": {
      type: "string",
      form: { type: "duration" },
      valueHint: "TIME",
      needs: "wait",
      description: "Wait at most this long; the job continues. Default: no limit.",
    },
    ...SERVER_OPTION,
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print the job as JSON; with --wait, the finished job." },
  },
  async run({ args, data }) {
    const { enqueue } = await import("./enqueue.ts");
    return enqueue(args, (await data.config()).values);
  },
});
