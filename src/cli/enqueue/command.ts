import { JOB_PRIORITIES } from "../../domain/job.ts";
import { CONFIG_OPTIONS, defineCommand } from "../command.ts";
import { SERVER_OPTION } from "../server-client.ts";

/** `ratchet enqueue`. */
export const ENQUEUE = defineCommand({
  name: "enqueue",
  summary: "Make a job on a running server, and wait for its result if asked to",
  description: [
    "Makes a job. When the command ends with 0 the server has it on its disk. With --wait the command stays until the " +
      "job has ended, prints the task's result as JSON, and ends like `ratchet run-once` would. A server that is started anew " +
      "meanwhile is waited for, ten seconds at most.",
    "A script that may be started twice gives an --idempotency-key: the same key again gives the same job.",
  ],
  options: {
    task: { form: { type: "string" }, value: "TASK", required: true, description: "Label or uuid of the task." },
    "task-version": {
      form: { type: "string" },
      value: "VERSION",
      description: "Exact version. Default: the newest when the job runs.",
    },
    "input-json": {
      form: { type: "string" },
      value: "JSON",
      excludes: ["input-file"],
      description: "The input. Default: {}.",
    },
    "input-file": {
      form: { type: "string" },
      value: "FILE",
      complete: "file",
      description: "Read the input from a file; - is standard input.",
    },
    priority: {
      form: { type: "choice", choices: JOB_PRIORITIES },
      value: "PRIORITY",
      description: "low, normal, high or critical. Default: normal.",
    },
    "run-at": {
      form: { type: "string" },
      value: "TIME",
      excludes: ["delay"],
      description: "Not before this time, such as 2027-01-01T06:00:00Z.",
    },
    delay: {
      form: { type: "duration", max: 36_500 * 86_400_000 },
      value: "TIME",
      description: "Not before so long from now, such as 10m.",
    },
    "max-retries": {
      form: { type: "integer", min: 0, max: 1_000 },
      value: "N",
      description: "Retries after the first attempt. Default: as the task says, else the server.",
    },
    "idempotency-key": {
      form: { type: "string" },
      value: "KEY",
      description: "The same key again gives the same job.",
    },
    "unique-key": {
      form: { type: "string" },
      value: "KEY",
      description: "While an unfinished job of the task has this key, that job is given.",
    },
    "concurrency-key": { form: { type: "string" }, value: "KEY", description: "Jobs of one key run one at a time." },
    wait: { description: "Wait for the end and print the result." },
    "wait-timeout": {
      form: { type: "duration" },
      value: "TIME",
      needs: "wait",
      description: "Wait no longer than this; the job goes on. Default: for ever.",
    },
    ...SERVER_OPTION,
    ...CONFIG_OPTIONS,
    json: { excludes: ["wait"], description: "Print the job as JSON." },
  },
  examples: [
    [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}'`, "prints the job's number"],
    [`ratchet enqueue --task addition --input-json '{"num1":5,"num2":10}' --wait`, 'prints {"sum":15}'],
    ["ratchet enqueue --task report --delay 10m --idempotency-key report-2027-01", "once, in ten minutes"],
  ],
  async run(options, context) {
    const { enqueue } = await import("./enqueue.ts");
    return enqueue(options, (await context.config()).values);
  },
});
