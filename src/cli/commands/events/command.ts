import { defineCommand } from "../../framework/command.ts";
import { REFERENCE_FORM, SERVER_OPTIONS, TASK_FILTER } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { jobId } from "../jobs/job-id.ts";

/** `ratchet events`. */
export const EVENTS = defineCommand({
  meta: {
    name: "events",
    description: "Print the events of a running server as they happen",
    details: [
      "Prints one line per event until it is interrupted, the server stops, or --count events are printed. With --after, it " +
        "starts after an event that you saw earlier, so that you miss none.",
    ],
    examples: [
      ["ratchet events --type 'job.*'", "all events of jobs"],
      ["ratchet events --job 12 --type job.completed --count 1 --json", "wait for the end of job 12"],
    ],
  },
  args: {
    type: {
      type: "string",
      valueHint: "TYPE",
      multiple: true,
      description: "Events of this type, or job.* for all of a kind. Can be repeated.",
    },
    job: { type: "string", valueHint: "ID", form: jobId, description: "Events of this job." },
    execution: { type: "string", valueHint: "ID", form: executionId, description: "Events of this execution." },
    task: { ...TASK_FILTER, description: "Events of this task, by label or uuid." },
    schedule: {
      type: "string",
      valueHint: "SCHEDULE",
      form: REFERENCE_FORM,
      description: "Events of this schedule, by name or id.",
    },
    after: {
      type: "string",
      form: { type: "integer" },
      valueHint: "ID",
      description: "Start after the event with this id. Default: with the next event.",
    },
    count: {
      type: "string",
      form: { type: "integer", min: 1 },
      valueHint: "N",
      description: "Exit after this many events.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return (await import("./events.ts")).printEvents(args, data);
  },
});
