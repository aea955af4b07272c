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
export const ID = { type: "integer", minimum: 1 } as const;
export const ID_OR_NULL = { type: ["integer", "null"], minimum: 1 } as const;
export const FLAG = { type: "boolean" } as const;
export const NUMBER_OR_NULL = { type: ["number", "null"] } as const;

/** Facts about an error, by name. */
export const FACTS = { type: "object", additionalProperties: { description: "A fact: any JSON value." } } as const;

/** Properties, each with the sentence of its name. */
export function described<P extends Record<string, object>>(
  properties: P,
  sentences: { readonly [K in keyof P]: string },
): Record<keyof P, object> {
  const entries = Object.entries(properties).map(([name, schema]) => [
    name,
    { ...schema, description: sentences[name as keyof P] },
  ]);
  return Object.fromEntries(entries) as Record<keyof P, object>;
}

/** An object that has exactly these members, all of them always. */
export function whole(properties: Record<string, object>, description?: string) {
  return { type: "object", description, properties, required: Object.keys(properties), additionalProperties: false };
}

/** An object that has no other members than these. @param required those that are always there */
export function partial(properties: Record<string, object>, required: readonly string[], description: string) {
  return { type: "object", description, properties, required, additionalProperties: false };
}

/** A list. */
export const list = (items: object) => ({ type: "array", items });

/** A reference to a schema by its name. */
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** A value or null. */
export const nullable = (schema: object) => ({ anyOf: [schema, { type: "null" }] });
