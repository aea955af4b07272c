import { RatchetError } from "../../../domain/errors.ts";
import { JOB_PRIORITIES } from "../../../domain/job.ts";
import { OVERLAP_POLICIES } from "../../../domain/schedule.ts";
import { defined } from "../../../lib/defined.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, REFERENCE_FORM, REQUIRED_TASK, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";
import { MAX_RETRIES_OPTION, TAG_OPTION } from "../job-options.ts";
import { scheduleText } from "./schedule-text.ts";

/** `ratchet schedules create`. */
export const SCHEDULES_CREATE = defineCommand({
  meta: {
    name: "schedules create",
    description: "Create a schedule",
    details: ["Exactly one of --cron, --every and --at determines when it fires."],
    examples: [
      [
        `ratchet schedules create --name nightly --task greeting --cron '0 2 * * *' --input-json '{"name":"Ada"}'`,
        "every night at 2:00 UTC",
      ],
      ["ratchet schedules create --name poll --task weather --every 5m --overlap skip", "every five minutes"],
    ],
  },
  args: {
    name: {
      type: "string",
      valueHint: "NAME",
      required: true,
      form: REFERENCE_FORM,
      description: "Name of the schedule, which must be unique.",
    },
    task: REQUIRED_TASK,
    "task-version": {
      type: "string",
      valueHint: "VERSION",
      description: "Exact version of the task. Default: the newest one at each firing.",
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
    every: {
      type: "string",
      valueHint: "TIME",
      excludes: ["at"],
      description: "Interval between firings, such as 30s, 5m or 1h.",
    },
    at: { type: "string", valueHint: "TIME", description: "Fire once at this time, such as 2027-01-01T06:00:00Z." },
    ...INPUT_OPTIONS,
    priority: {
      type: "enum",
      options: [...JOB_PRIORITIES],
      valueHint: "PRIORITY",
      description: `Priority of its jobs: ${JOB_PRIORITIES.join(", ")}. Default: normal.`,
    },
    "max-retries": {
      ...MAX_RETRIES_OPTION,
      description: "How often its jobs are retried. Default: the task's own number, or else that of the server.",
    },
    "concurrency-key": {
      type: "string",
      valueHint: "KEY",
      description: "Concurrency key of its jobs: jobs with the same key share the limits set for it.",
    },
    tag: { ...TAG_OPTION, description: "Tag of its jobs. Can be repeated." },
    overlap: {
      type: "enum",
      options: [...OVERLAP_POLICIES],
      valueHint: "POLICY",
      description: `What a firing does while a job of the schedule is unfinished: ${OVERLAP_POLICIES.join(", ")}. Default: skip.`,
    },
    "catch-up-window": {
      type: "string",
      valueHint: "TIME",
      description: "Catch up on firings that the server missed while it was down, up to this age. Default: 1h.",
    },
    jitter: { type: "string", valueHint: "TIME", description: "Delay each firing by up to this." },
    "start-at": { type: "string", valueHint: "TIME", description: "Do not fire before this time." },
    "end-at": { type: "string", valueHint: "TIME", description: "Do not fire after this time." },
    "pause-on-failure": {
      type: "boolean",
      description: "Pause the schedule if one of its jobs fails after all retries.",
    },
    disabled: { type: "boolean", description: "Create the schedule disabled." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const { name, task, cron, timezone, every, at, priority, overlap, jitter } = args;
    if (cron === undefined && every === undefined && at === undefined) {
      throw new RatchetError("USAGE", "schedules create: one of --cron, --every and --at is missing.", {
        remedy: "Add --cron '0 6 * * *', --every 5m, or --at with a time.",
      });
    }
    const request = defined({
      ...{ name, task, cron, timezone, every, at, priority, overlap, jitter },
      version: args["task-version"],
      maxRetries: args["max-retries"],
      concurrencyKey: args["concurrency-key"],
      tags: args.tag.length === 0 ? undefined : args.tag,
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
