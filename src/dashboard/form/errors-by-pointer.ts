import type { Violation } from "../api/problem.ts";
import { pointerTo } from "./schema/json.ts";

/** How the server says that a member is missing. Fields say it where the member should be. */
const MISSING = /^must have the member ("(?:[^"\\]|\\.)*")/;

/** Returns the errors of each place as one sentence or more. */
export function errorsByPointer(violations: readonly Violation[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { pointer, message } of violations.map(atItsField)) {
    found.set(pointer, (found.get(pointer) ?? new Set()).add(sentence(message)));
  }
  return new Map([...found].map(([pointer, sentences]) => [pointer, [...sentences].join(" ")]));
}

/** Returns a violation at the field that has to change. */
export function atItsField(violation: Violation): Violation {
  const [, quoted] = MISSING.exec(violation.message) ?? [];
  if (quoted === undefined) return violation;
  try {
    return { pointer: pointerTo(violation.pointer, JSON.parse(quoted) as string), message: "is required" };
  } catch {
    return violation;
  }
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
