import { JOB_PRIORITIES } from "../../../domain/job.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { SERVER_OPTION } from "../../framework/server-client.ts";
import { INPUT_OPTIONS } from "../input-options.ts";

/** `ratchet enqueue`. */
export const ENQUEUE = defineCommand({
  meta: {
    name: "enqueue",
    description: "Make a job on a running server, and wait for its result if asked to",
    details: [
      "Makes a job. When the command ends with 0 the server has it on its disk. With --wait the command stays until the " +
        "job has ended, prints the task's result as JSON, and ends like `ratchet run-once` would. A server that is restarted " +
        "meanwhile is waited for, ten seconds at most.",
      "A script that may be started twice gives an --idempotency-key: the same key again gives the same job.",
    ],
    examples: [
      [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}'`, "prints the job's number"],
      [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}' --wait`, 'prints {"sum":15}'],
      ["ratchet enqueue --task report --delay 10m --idempotency-key report-2027-01", "once, in ten minutes"],
    ],
  },
  args: {
    task: { type: "string", valueHint: "TASK", required: true, description: "Label or uuid of the task." },
    "task-version": {
      type: "string",
      valueHint: "VERSION",
      description: "Exact version. Default: the newest when the job runs.",
    },
    ...INPUT_OPTIONS,
    priority: {
      type: "enum",
      options: [...JOB_PRIORITIES],
      valueHint: "PRIORITY",
      description: "low, normal, high or critical. Default: normal.",
    },
    "run-at": {
      type: "string",
      valueHint: "TIME",
      excludes: ["delay"],
      description: "Not before this time, such as 2027-01-01T06:00:00Z.",
    },
    delay: {
      type: "string",
      form: { type: "duration", max: 36_500 * 86_400_000 },
      valueHint: "TIME",
      description: "Not before so long from now, such as 10m.",
    },
    "max-retries": {
      type: "string",
      form: { type: "integer", min: 0, max: 1_000 },
      valueHint: "N",
      description: "Retries after the first attempt. Default: as the task says, else the server.",
    },
    "idempotency-key": { type: "string", valueHint: "KEY", description: "The same key again gives the same job." },
    "unique-key": {
      type: "string",
      valueHint: "KEY",
      description: "While an unfinished job of the task has this key, that job is given.",
    },
    "concurrency-key": { type: "string", valueHint: "KEY", description: "Jobs of one key run one at a time." },
    wait: { type: "boolean", description: "Wait for the end and print the result." },
    "wait-timeout": {
      type: "string",
      form: { type: "duration" },
      valueHint: "TIME",
      needs: "wait",
      description: "Wait no longer than this; the job goes on. Default: for ever.",
    },
    ...SERVER_OPTION,
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print the job as JSON; with --wait the finished job." },
  },
  async run({ args, data }) {
    const { enqueue } = await import("./enqueue.ts");
    return enqueue(args, (await data.config()).values);
  },
});
