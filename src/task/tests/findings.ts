import type { JsonObject } from "../../domain/json.ts";
import { nearest } from "../../lib/nearest.ts";
import { type JsonFinding, pointerStep } from "../json-file.ts";

/** What the check of a test file or a fixture file finds. */
export interface TestFindings {
  readonly findings: JsonFinding[];
  /** The regular expressions of matchers and mocks. */
  readonly patterns: Set<string>;
}

/** Adds an error. */
export function reportFault({ findings }: TestFindings, pointer: string, message: string, remedy: string): void {
  findings.push({ severity: "error", pointer, message, remedy });
}

/** Adds a warning for each member that is not known. */
export function reportUnknown(
  value: JsonObject,
  known: readonly string[],
  pointer: string,
  { findings }: TestFindings,
): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    findings.push({
      severity: "warning",
      pointer: `${pointer}${pointerStep(name)}`,
      atName: true,
      message: `Unknown field ${JSON.stringify(name)}; it has no effect.`,
      remedy: near === undefined ? "Remove it." : `Write ${JSON.stringify(near)}.`,
    });
  }
}
