import { VERSION } from "./request-parts.ts";

/** From where and with what a run goes on as another job. */
export const FORK_REQUEST = {
  type: "object",
  properties: {
    from: {
      type: "string",
      minLength: 1,
      maxLength: 1_000,
      description:
        "Step from which the run is done again: of a workflow, its name, also of a step inside of another such as notify.customer; of a task that is code, the name of a step, called task, signal, event or approval.",
    },
    input: { description: "The value that the task receives. Default: that of the run." },
    version: { ...VERSION, description: "Exact version of the task. Default: the one that ran." },
    force: { type: "boolean", default: false, description: "Fork the run although it has not ended." },
  },
  required: ["from"],
  additionalProperties: false,
} as const;

/** How a paused or failed job goes on. */
export const RESUME = {
  type: "object",
  properties: {
    version: { ...VERSION, description: "Exact version of the task that runs from now on. Default: the one that ran." },
  },
  additionalProperties: false,
} as const;
