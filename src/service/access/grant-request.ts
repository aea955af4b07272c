import { type Grant, nameProblem } from "../../domain/credentials.ts";
import { MAX_PATTERNS, patternProblem } from "../../domain/label-pattern.ts";
import type { Role } from "../../domain/principal.ts";
import { DURATION_FORMS, formatBound, parseDuration } from "../../lib/duration.ts";
import { wrongMember } from "../request-checks.ts";

/** What a user or key may do, as a request says it. */
export interface GrantRequest {
  role: Role;
  /** Label patterns of tasks. @default all tasks */
  tasks?: readonly string[] | null;
}

/** @param pointer where the members are in the request @throws {RatchetError} USAGE */
export function readGrant({ role, tasks }: GrantRequest, pointer: string): Grant {
  return { role, tasks: readPatterns(tasks, pointer) ?? null };
}

/** @returns undefined if the request has no patterns @throws {RatchetError} USAGE */
export function readPatterns(
  tasks: readonly string[] | null | undefined,
  pointer: string,
): readonly string[] | null | undefined {
  if (tasks === null || tasks === undefined) return tasks;
  if (tasks.length === 0) {
    throw wrongMember(`${pointer}/tasks`, "has no pattern", "Leave it out to allow all tasks.");
  }
  if (tasks.length > MAX_PATTERNS) {
    throw wrongMember(`${pointer}/tasks`, `has ${tasks.length} patterns; it may have up to ${MAX_PATTERNS}`);
  }
  for (const [index, pattern] of tasks.entries()) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) throw wrongMember(`${pointer}/tasks/${index}`, problem);
  }
  return [...new Set(tasks)];
}

/** Checks the name of a new user or key. @param pointer where it is in the request @throws {RatchetError} USAGE */
export function checkName(name: string, pointer: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw wrongMember(pointer, problem);
}

/**
 * Reads a duration of a request.
 * @param value a text such as `90d`, or a number of ms
 * @returns ms @throws {RatchetError} USAGE if it has another form, or is out of bounds
 */
export function readDuration(
  value: string | number,
  pointer: string,
  { min, max }: { min: number; max: number },
): number {
  const ms = typeof value === "number" ? value : parseDuration(value);
  if (ms === undefined || !Number.isSafeInteger(ms)) {
    throw wrongMember(pointer, `is ${JSON.stringify(value).slice(0, 100)}; it must be ${DURATION_FORMS}`);
  }
  if (ms < min || ms > max) {
    throw wrongMember(pointer, `must be from ${formatBound(min)} to ${formatBound(max)}`);
  }
  return ms;
}
