import type { JsonValue } from "../../domain/json.ts";
import { valueAt } from "../../lib/json-pointer.ts";

/** What the pointers of a template point into. */
export interface DeliveryParts {
  body: unknown;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** `/body`, `/headers`, and what is in them. */
const POINTER = /^\/(?:body|headers)(?:\/|$)/;

/** Returns true if a template takes something from the body. */
export function usesBody(template: JsonValue): boolean {
  if (typeof template === "string") return POINTER.test(template) && template.startsWith("/body");
  if (template === null || typeof template !== "object") return false;
  return Object.values(template).some((member) => usesBody(member as JsonValue));
}

/**
 * Creates the input of a job from a delivery. A string that is a JSON pointer into `/body` or `/headers` stands for what
 * is there; everything else stands for itself. A member whose place is missing in the delivery is left out, and an item
 * of a list becomes null.
 * @example
 * ```ts
 * const parts = { body: { data: { id: "pi_1" } }, headers: { "x-event": "paid" } };
 * mapInput({ id: "/body/data/id", source: "shop" }, parts); // => { id: "pi_1", source: "shop" }
 * mapInput(["/headers/X-Event", "/body/data/name"], parts); // => ["paid", null]
 * ```
 */
export function mapInput(template: JsonValue, parts: DeliveryParts): JsonValue {
  return (mapped(template, parts) ?? null) as JsonValue;
}

function mapped(template: JsonValue, parts: DeliveryParts): unknown {
  if (typeof template === "string") return POINTER.test(template) ? find(template, parts) : template;
  if (template === null || typeof template !== "object") return template;
  if (Array.isArray(template)) return template.map((item) => mapped(item, parts) ?? null);
  const members = Object.entries(template).map(([name, member]) => [name, mapped(member as JsonValue, parts)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Names of headers have no case (RFC 9110, section 5.1). */
function find(pointer: string, parts: DeliveryParts): unknown {
  return valueAt(parts, pointer.startsWith("/headers/") ? pointer.toLowerCase() : pointer);
}
