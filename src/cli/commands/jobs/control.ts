import type { JsonObject } from "../../../domain/json.ts";
import { defined } from "../../../lib/defined.ts";
import { type CommandDefinition, defineCommand } from "../../framework/command.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { changeNamed, progressText } from "./change-named.ts";
import { jobId } from "./job-id.ts";

type Kind = "jobs" | "executions";

/** A change that takes ids, and nothing else. */
export interface Control {
  kind: Kind;
  action: "cancel" | "kill" | "pause";
}

const DONE = { cancel: "cancelled", kill: "cancelled", pause: "paused" } as const;
const ONE = { jobs: "job", executions: "execution" } as const;

const IDS = {
  jobs: { type: "positional", description: "Id of a job.", multiple: true, form: jobId },
  executions: { type: "positional", description: "Id of an execution.", multiple: true, form: executionId },
} as const;

const SUMMARIES = {
  cancel: "Cancel KIND",
  kill: "Cancel KIND at once, without clean-up",
  pause: "Pause KIND that wait, or whose runs sleep",
} as const;

const DETAILS = {
  cancel: "The task may clean up: a run's waits are rejected, and its catch and finally run.",
  kill: "Ends it at once: neither catch nor finally of the task runs. `cancel` lets the task clean up.",
  pause:
    "A waiting job does not start, and a run that sleeps does not wake. A run that is at work goes to sleep as soon as it only waits for durable operations. `resume` lets it go on.",
} as const;

/** Creates a command that ends jobs or executions, or pauses them. */
export function controlCommand({ kind, action }: Control): CommandDefinition {
  return defineCommand({
    meta: {
      name: `${kind} ${action}`,
      description: SUMMARIES[action].replace("KIND", kind),
      details: [DETAILS[action]],
      examples: [[`ratchet ${kind} ${action} 12 13`, `two ${kind}`]],
    },
    args: { id: IDS[kind], ...SERVER_OPTIONS },
    async run({ args, data }) {
      const text = (id: string, reply: JsonObject) => progressText(`${ONE[kind]} ${id}`, DONE[action], reply);
      const change = { kind, ids: args.id, action, text, json: args.json };
      return askServer(args, data, (client) => changeNamed(client, change, data.errorFormat));
    },
  });
}

/** Creates the command that lets paused and failed jobs or executions go on. */
export function resumeCommand(kind: Kind): CommandDefinition {
  return defineCommand({
    meta: {
      name: `${kind} resume`,
      description: `Let paused or failed ${kind} go on`,
      details: ["A failed run continues from the steps that failed: what it has recorded is not done again."],
      examples: [
        [`ratchet ${kind} resume 12`, `${ONE[kind]} 12 goes on`],
        [`ratchet ${kind} resume 12 --task-version 1.1.0`, "with a version that mends what failed"],
      ],
    },
    args: {
      id: IDS[kind],
      "task-version": {
        type: "string",
        valueHint: "VERSION",
        description: "Exact version of the task that runs from now on. Default: the one that ran.",
      },
      ...SERVER_OPTIONS,
    },
    async run({ args, data }) {
      const body = defined({ version: args["task-version"] });
      const text = (_id: string, job: JsonObject) => `job ${job.id} is ${job.status}`;
      const change = { kind, ids: args.id, action: "resume", body, text, json: args.json };
      return askServer(args, data, (client) => changeNamed(client, change, data.errorFormat));
    },
  });
}
