import type { JsonValue } from "../../domain/json.ts";
import { type Evaluation, spend } from "./evaluation.ts";

/**
 * A text that is the same for two JSON values exactly when JSON Schema takes them for equal: members in any order,
 * numbers by their value. With it `const`, `enum` and `uniqueItems` compare whole values in linear time.
 */
export function fingerprint(value: JsonValue, evaluation?: Evaluation): string {
  const parts: string[] = [];
  write(value, parts, evaluation);
  return parts.join("");
}

function write(value: JsonValue, parts: string[], evaluation: Evaluation | undefined): void {
  if (evaluation !== undefined) spend(evaluation, 1);
  if (typeof value !== "object" || value === null) {
    // A number too large for JavaScript is Infinity, which JSON.stringify would turn into null.
    parts.push(typeof value === "number" ? String(value) : JSON.stringify(value));
  } else if (Array.isArray(value)) {
    parts.push("[");
    for (const item of value) {
      write(item, parts, evaluation);
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
