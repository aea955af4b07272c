import type { JsonValue } from "../../domain/json.ts";
import { itemAt } from "../../lib/lazy-json.ts";
import { type Evaluation, spend } from "./evaluation.ts";

/**
 * Returns a string that is the same for two JSON values exactly if JSON Schema treats them as equal: members in any
 * order, numbers by value. `const`, `enum` and `uniqueItems` use it to compare whole values in linear time.
 */
export function fingerprint(value: JsonValue, evaluation?: Evaluation): string {
  if (typeof value !== "object" || value === null) return primitive(value, evaluation);
  const parts: string[] = [];
  write(value, parts, evaluation);
  return parts.join("");
}

function write(value: JsonValue, parts: string[], evaluation: Evaluation | undefined): void {
  if (typeof value !== "object" || value === null) {
    parts.push(primitive(value, evaluation));
    return;
  }
  if (evaluation !== undefined) spend(evaluation, 1);
  if (Array.isArray(value)) {
    parts.push("[");
    for (let index = 0; index < value.length; index++) {
      write((itemAt(value, index) ?? null) as JsonValue, parts, evaluation);
      parts.push(",");
    }
    parts.push("]");
  } else {
    parts.push("{");
    for (const key of Object.keys(value).sort()) {
      parts.push(JSON.stringify(key), ":");
      write(value[key] ?? null, parts, evaluation);
      parts.push(",");
    }
    parts.push("}");
  }
}

function primitive(value: string | number | boolean | null, evaluation: Evaluation | undefined): string {
  if (evaluation !== undefined) spend(evaluation, typeof value === "string" ? 1 + value.length / 16 : 1);
  // A number that is too large for JavaScript becomes Infinity, which JSON.stringify would turn into null.
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
