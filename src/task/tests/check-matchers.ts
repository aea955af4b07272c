import type { JsonValue } from "../../domain/json.ts";
import { findMatcherFaults, MATCHERS } from "../../lib/matchers.ts";
import { nearest } from "../../lib/nearest.ts";
import { pointerStep } from "../json-file.ts";
import { reportFault, type TestFindings } from "./findings.ts";

/** Checks the matchers in an expected value, and collects their regular expressions. */
export function checkMatchers(expected: JsonValue, pointer: string, found: TestFindings): void {
  const names = Object.keys(MATCHERS);
  for (const { path, message, unknown } of findMatcherFaults(expected, found.patterns)) {
    const near = unknown === undefined ? undefined : nearest(unknown, names);
    const remedy =
      unknown === undefined
        ? "Correct it; docs/tasks.md lists the matchers."
        : `${near === undefined ? `The matchers are ${names.join(", ")}.` : `Did you mean ${near}?`} {"$equal": ...} compares an object with such a name.`;
    reportFault(found, `${pointer}${path.map(pointerStep).join("")}`, `${message}.`, remedy);
  }
}
