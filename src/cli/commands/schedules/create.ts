import { JOB_PRIORITIES } from "../../../domain/job.ts";
import { defined } from "../../../lib/defined.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";
import { scheduleText } from "./schedule-text.ts";

/** `ratchet schedules create`. */
export const SCHEDULES_CREATE = defineCommand({
  meta: {
    name: "schedules create",
    description: "Create a schedule",
    details: ["Exactly one of --cron, --every and --at says when it fires."],
    examples: [
      [
        `ratchet schedules create --name nightly --task greeting --cron '0 2 * * *' --input-json '{"name":"Ada"}'`,
        "every night at two o'clock UTC",
      ],
      ["ratchet schedules create --name poll --task weather --every 5m --overlap skip", "every five minutes"],
    ],
  },
  args: {
    name: {
      type: "string",
      valueHint: "NAME",
      required: true,
      description: "Its name; no other schedule may have it.",
    },
    task: { type: "string", valueHint: "TASK", required: true, description: "Label or uuid of the task." },
    "task-version": {
      type: "string",
      valueHint: "VERSION",
      description: "Exact version. Default: the newest when it fires.",
    },
    cron: {
      type: "string",
      valueHint: "CRON",
      excludes: ["every", "at"],
      description: "Cron expression, or a name such as @daily.",
    },
    timezone: {
      type: "string",
      valueHint: "ZONE",
      needs: "cron",
      description: "IANA time zone of --cron. Default: UTC.",
    },
    every: { type: "string", valueHint: "TIME", excludes: ["at"], description: "Interval, such as 30s, 5m or 1h." },
    at: { type: "string", valueHint: "TIME", description: "Once, such as 2027-01-01T06:00:00Z." },
    ...INPUT_OPTIONS,
    priority: {
      type: "enum",
      options: [...JOB_PRIORITIES],
      valueHint: "PRIORITY",
      description: "Priority of its jobs: low, normal, high or critical. Default: normal.",
    },
    overlap: {
      type: "enum",
      options: ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"],
      valueHint: "POLICY",
      description:
        "What a firing does while a job of the schedule is unfinished: skip, buffer_one, buffer_all, cancel_other, allow_all. " +
        "Default: skip.",
    },
    "catch-up-window": {
      type: "string",
      valueHint: "TIME",
      description: "Make up for firings missed while the server was down, up to this age.",
    },
    jitter: { type: "string", valueHint: "TIME", description: "Put each firing off by up to this." },
    "start-at": { type: "string", valueHint: "TIME", description: "No firing before this time." },
    "end-at": { type: "string", valueHint: "TIME", description: "No firing after this time." },
    "pause-on-failure": { type: "boolean", description: "Pause the schedule when a job of it fails." },
    disabled: { type: "boolean", description: "Create it without letting it fire." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const { name, task, cron, timezone, every, at, priority, overlap, jitter } = args;
    const request = defined({
      ...{ name, task, cron, timezone, every, at, priority, overlap, jitter },
      version: args["task-version"],
      input: givenInput(args),
      catchUpWindow: args["catch-up-window"],
      startAt: args["start-at"],
      endAt: args["end-at"],
      pauseOnFailure: args["pause-on-failure"] || undefined,
      enabled: args.disabled ? false : undefined,
    });
    return askServer(args, data, async (client) => {
      const schedule = await client.call("POST", "/api/v1/schedules", request);
      writeStdout(args.json ? `${JSON.stringify(schedule)}\n` : scheduleText(schedule, painter("stdout")));
      return EXIT.done;
    });
  },
});
