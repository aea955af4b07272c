import { defineCommand } from "../../framework/command.ts";
import { SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { jobId } from "../jobs/job-id.ts";

/** `ratchet events`. */
export const EVENTS = defineCommand({
  meta: {
    name: "events",
    description: "Print the events of a running server as they happen",
    details: [
      "Prints one line an event until it is interrupted, the server ends, or --count events were printed. With --after it " +
        "begins after an event that was seen before, so that none is missed.",
    ],
    examples: [
      ["ratchet events --type 'job.*'", "what becomes of jobs"],
      ["ratchet events --job 12 --type job.completed --count 1 --json", "wait for the end of job 12"],
    ],
  },
  args: {
    type: {
      type: "string",
      valueHint: "TYPE",
      multiple: true,
      description: "Events of this type, or job.* for all of a kind. May be given several times.",
    },
    job: { type: "string", valueHint: "ID", form: jobId, description: "Events of this job." },
    execution: { type: "string", valueHint: "ID", form: executionId, description: "Events of this execution." },
    task: { type: "string", valueHint: "TASK", description: "Events of this task, by label or uuid." },
    schedule: { type: "string", valueHint: "SCHEDULE", description: "Events of this schedule, by name or id." },
    after: {
      type: "string",
      form: { type: "integer" },
      valueHint: "ID",
      description: "Begin after the event with this id. Default: with what happens from now on.",
    },
    count: {
      type: "string",
      form: { type: "integer", min: 1 },
      valueHint: "N",
      description: "End after so many events.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    return (await import("./events.ts")).printEvents(args, data);
  },
});
