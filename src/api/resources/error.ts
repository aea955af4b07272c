import { COUNT, FACTS, TEXT, WORDS } from "./parts.ts";
import { definePartialResource } from "./resource.ts";

const ATTEMPTS = {
  ...COUNT,
  description: "How often the request was sent, if the error is that of a call of fetch. 0 if it was not sent.",
} as const;

/** An error as a task threw it. */
export const GUEST_ERROR = definePartialResource(
  "An error as a task threw it.",
  {
    name: { ...TEXT, description: "Name of the error, such as TypeError." },
    message: { ...TEXT, description: "Message of the error." },
    classes: { ...WORDS, description: "Names of its class and its base classes, the nearest first." },
    code: { ...TEXT, description: "The error's own code, such as ECONNREFUSED." },
    stack: { ...TEXT, description: "Stack of the error, with places in the task's own files." },
    status: { type: "integer", description: "HTTP status that the error stands for." },
    attempts: ATTEMPTS,
    retryAfterMs: {
      type: "number",
      minimum: 0,
      description: "How long the remote server asked to wait before the next attempt, in ms.",
    },
    data: { type: "object", description: "What the task has added to the error as `data`." },
    call: {
      type: "object",
      description:
        "The child that has failed with it: `task`, `version`, `jobId` and `executionId`, as far as they are known.",
    },
    step: { ...TEXT, description: "The step of a workflow file that has failed with it." },
    cause: { $ref: "#/components/schemas/GuestError", description: "The error that caused this one." },
    errors: {
      type: "array",
      items: { $ref: "#/components/schemas/GuestError" },
      description: "The errors that an AggregateError collects.",
    },
  },
  ["classes", "code", "stack", "status", "attempts", "retryAfterMs", "data", "call", "step", "cause", "errors"],
);

/** Why an execution failed. */
export const TASK_ERROR = definePartialResource(
  "Why an execution failed.",
  {
    code: { ...TEXT, description: "Stable code of the error, for programs." },
    message: { ...TEXT, description: "What went wrong, for people." },
    remedy: { ...TEXT, description: "What to do next." },
    data: { ...FACTS, description: "Facts about the error, for programs, such as the limit that was exceeded." },
    type: { ...TEXT, description: "Name of the error that the task threw." },
    status: { type: "integer", description: "HTTP status that the error stands for." },
    attempts: ATTEMPTS,
    guest: { $ref: "#/components/schemas/GuestError", description: "The error as the task threw it." },
  },
  ["remedy", "data", "type", "status", "attempts", "guest"],
);
