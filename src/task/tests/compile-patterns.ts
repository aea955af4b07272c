import type { TaskTest } from "../../domain/task.ts";

import { newEvaluation, ValidationAborted } from "../schema/evaluation.ts";
import { compilePatterns } from "../schema/patterns.ts";
import type { TestFindings } from "./findings.ts";

/** Tests regular expressions by their sources. */
type PatternTest = NonNullable<TaskTest["pattern"]>;

/**
 * Compiles the regular expressions of a test, so that none of them can block the process. Those that can't be used are
 * added to the findings, without a place in the file.
 */
export async function compileTestPatterns({ patterns, findings }: TestFindings): Promise<PatternTest | undefined> {
  if (patterns.size === 0) return undefined;
  const tests = await compilePatterns(patterns);
  for (const test of tests.values()) {
    if (typeof test !== "function") findings.push({ severity: "error", pointer: "", ...test });
  }
  return (source, text) => {
    const test = tests.get(source);
    if (typeof test !== "function") return false;
    try {
      return test(text, newEvaluation(text, undefined));
    } catch (error) {
      if (error instanceof ValidationAborted) return false;
      throw error;
    }
  };
}
