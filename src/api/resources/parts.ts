/** Parts from which resources are put together. */

import type { StoredError } from "../../domain/job.ts";
import type { Typed } from "./resource.ts";

/** How other resources name their task. */
export interface TaskName {
  id: number;
  uuid: string;
  label: string;
}

/** The task of something else; null once it is gone from the database. */
export const TASK_OR_NULL: Typed<TaskName | null> = {
  anyOf: [{ $ref: "#/components/schemas/TaskName" }, { type: "null" }],
};

/** A stored error, or null. */
export const ERROR_OR_NULL: Typed<StoredError | null> = {
  anyOf: [{ $ref: "#/components/schemas/TaskError" }, { type: "null" }],
};

/** Words. */
export const WORDS: Typed<readonly string[]> = { type: "array", items: { type: "string" } };

export const TIME = { type: "string", format: "date-time" } as const;
export const TIME_OR_NULL = { type: ["string", "null"], format: "date-time" } as const;
export const TEXT = { type: "string" } as const;
export const TEXT_OR_NULL = { type: ["string", "null"] } as const;
export const COUNT = { type: "integer", minimum: 0 } as const;
export const COUNT_OR_NULL = { type: ["integer", "null"], minimum: 0 } as const;
/** A whole number that may be 2^31 or more. */
export const SIZE = { type: "integer", minimum: 0, format: "int64" } as const;
export const SIZE_OR_NULL = { type: ["integer", "null"], minimum: 0, format: "int64" } as const;
export const ID = { type: "integer", minimum: 1 } as const;
export const ID_OR_NULL = { type: ["integer", "null"], minimum: 1 } as const;
export const FLAG = { type: "boolean" } as const;
export const NUMBER_OR_NULL = { type: ["number", "null"] } as const;

/** Facts about an error, by name. */
export const FACTS = { type: "object", additionalProperties: { description: "A fact: any JSON value." } } as const;
