import { LOG_LEVELS } from "../../../domain/execution.ts";
import { defineCommand } from "../../framework/command.ts";
import { SERVER_OPTIONS, TASK_FILTER } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { jobId } from "../jobs/job-id.ts";

/** `ratchet logs`. */
export const LOGS = defineCommand({
  meta: {
    name: "logs",
    description: "Print what tasks wrote to their consoles, and the messages of the server",
    details: [
      "Prints the stored lines that match all options, oldest first. With an execution or a job, these are the console lines " +
        "of its attempts; otherwise also the messages of the server.",
      "With --follow it goes on with new lines until it is interrupted or the server stops, or until the execution or job that " +
        "is named has ended. Unless --since, --limit, an " +
        "execution or a job says what to begin with, it begins with the last 100 lines.",
    ],
    examples: [
      ["ratchet logs 31", "of execution 31"],
      ["ratchet logs --job 12 --json", "of every attempt of job 12"],
      ["ratchet logs --follow --job 12", "of job 12, until it has ended"],
      ["ratchet logs --follow --level warn", "warnings and errors of all tasks and the server, as they come"],
      ["ratchet logs --task import --since 1h --grep timeout", "lines of the last hour that contain a text"],
    ],
  },
  args: {
    execution: { type: "positional", required: false, description: "Id of an execution.", form: executionId },
    follow: { type: "boolean", alias: "f", description: "Go on with new lines as they are written." },
    task: { ...TASK_FILTER, description: "Lines that concern this task, by label, uuid or id." },
    job: { type: "string", valueHint: "ID", form: jobId, description: "All attempts of this job." },
    level: {
      type: "enum",
      options: [...LOG_LEVELS],
      description: "Lines of this level and the ones above.",
    },
    since: {
      type: "string",
      valueHint: "TIME",
      description: "Lines written since then: how long ago, such as 1h, or a time such as 2026-03-29T06:00:00Z.",
    },
    grep: { type: "string", valueHint: "TEXT", description: "Lines that contain this text, with the same case." },
    limit: {
      type: "string",
      form: { type: "integer", min: 1, max: 1_000_000 },
      valueHint: "N",
      description: "Only the newest N lines. Default: all.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return (await import("./logs.ts")).printLogs(args, data);
  },
});
