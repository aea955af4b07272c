import { COUNT, FACTS, FLAG, TEXT, WORDS } from "./parts.ts";
import { definePartialResource, defineResource } from "./resource.ts";
import { VIOLATIONS } from "./validation.ts";

/** The process is alive. */
export const HEALTH = defineResource("The process is alive.", {
  status: { type: "string", const: "ok", description: "Always ok. A process that does not respond is not healthy." },
  version: { ...TEXT, description: "Version of the program." },
  uptimeSeconds: { ...COUNT, description: "How long the process has been running, in seconds." },
});

/** A part that has to work. */
export const READINESS_CHECK = definePartialResource(
  "A part of the server that has to work.",
  {
    name: { ...TEXT, description: "Name of the part." },
    ok: { ...FLAG, description: "Whether the part works." },
    reason: {
      ...TEXT,
      description:
        "Why the part does not work, for programs: starting, draining, database or memory. Absent if it works.",
    },
    message: { ...TEXT, description: "Why the part does not work, or what is unusual about it, for people." },
  },
  ["reason", "message"],
);

/** Whether the server can take jobs and run them. */
export const READINESS = defineResource("Whether the server can accept and run jobs.", {
  status: {
    type: "string",
    enum: ["ready", "not ready", "draining"],
    description: "Whether the server can accept and run jobs, in words.",
  },
  ready: { ...FLAG, description: "Whether the server can accept and run jobs." },
  reasons: {
    ...WORDS,
    description:
      "Why the server is not ready, for programs: starting, draining, database or memory. Empty if it is ready.",
  },
  checks: { type: "array", items: READINESS_CHECK, description: "The parts that have to work, and whether they do." },
});

/** What the program was built from. */
export const VERSION = defineResource("What the program was built from.", {
  name: { ...TEXT, description: "Name of the program." },
  version: { ...TEXT, description: "Version of the program." },
  commit: { ...TEXT, description: "Commit that the program was built from." },
  buildDate: { ...TEXT, description: "When the program was built." },
  bun: { ...TEXT, description: "Version of Bun that the program runs on." },
});

/** Problem details (RFC 9457). */
export const PROBLEM = definePartialResource(
  "Problem details (RFC 9457).",
  {
    type: { ...TEXT, description: "URN of the kind of problem." },
    title: { ...TEXT, description: "Short name of the status, the same for every problem with it." },
    status: { type: "integer", description: "The HTTP status." },
    detail: { ...TEXT, description: "What was wrong, and where." },
    code: { ...TEXT, description: "Stable code of the problem, for programs." },
    remedy: { ...TEXT, description: "What to do next." },
    data: { ...FACTS, description: "Facts about the problem, for programs, such as the id that was not found." },
    errors: { ...VIOLATIONS, description: "The places in the request that are wrong." },
  },
  ["remedy", "data", "errors"],
);
