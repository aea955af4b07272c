import { VERSION } from "./request-parts.ts";

/** How a paused or failed job goes on. */
export const RESUME = {
  type: "object",
  properties: {
    version: { ...VERSION, description: "Exact version of the task that runs from now on. Default: the one that ran." },
  },
  additionalProperties: false,
} as const;
