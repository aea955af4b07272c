import type { Problem } from "../../domain/problem.ts";
import type { WorkflowPlace } from "../../domain/workflow.ts";

/** Most problems that are reported of one file. */
const MAX_PROBLEMS = 100;

/** Collects the problems of a workflow file. */
export interface Findings {
  error(place: WorkflowPlace, message: string, remedy: string): void;
  warning(place: WorkflowPlace, message: string, remedy: string): void;
  /** Returns findings that go to the same list, and name a step in their messages. @param path see `WorkflowStep.path` */
  of(path: string): Findings;
}

/** Problems that were found. The same problem is reported once for each place. */
export interface FoundProblems {
  findings: Findings;
  /** In the order of the file; errors count more if there are too many. */
  problems(): Problem[];
  hasErrors(): boolean;
}

/** Starts to collect. @param file its name in problems */
export function collectProblems(file: string): FoundProblems {
  const found: Problem[] = [];
  const seen = new Set<string>();
  const add = (severity: Problem["severity"], place: WorkflowPlace, message: string, remedy: string) => {
    const { line, column } = place;
    const key = `${line}:${column} ${message}`;
    if (seen.has(key)) return;
    seen.add(key);
    found.push({ severity, file, line, column, message, remedy });
  };
  const findings = (prefix: string): Findings => ({
    error: (place, message, remedy) => add("error", place, prefix + message, remedy),
    warning: (place, message, remedy) => add("warning", place, prefix + message, remedy),
    of: (path) => findings(`Step ${JSON.stringify(path)}: `),
  });
  return {
    findings: findings(""),
    hasErrors: () => found.some(({ severity }) => severity === "error"),
    problems: () => listed(found, file),
  };
}

function listed(found: readonly Problem[], file: string): Problem[] {
  const ranked =
    found.length > MAX_PROBLEMS ? found.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_PROBLEMS) : [...found];
  ranked.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  if (found.length <= MAX_PROBLEMS) return ranked;
  const message = `This file has ${found.length - MAX_PROBLEMS} more problems.`;
  const severity = found.some((one) => one.severity === "error") ? "error" : "warning";
  return [...ranked, { severity, file, message, remedy: "Fix the listed problems first." }];
}

function rank({ severity }: Problem): number {
  return severity === "error" ? 0 : 1;
}
