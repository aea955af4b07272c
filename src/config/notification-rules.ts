import type { JsonObject, JsonValue } from "../domain/json.ts";
import { patternProblem } from "../domain/label-pattern.ts";
import {
  MAX_NOTIFICATION_RULES,
  MAX_TARGETS,
  NOTIFICATION_EVENTS,
  type NotificationEvent,
  TARGET_TYPES,
  type WrittenRule,
} from "../domain/notification.ts";
import { formatDuration, parseDuration } from "../lib/duration.ts";
import { isObject } from "../lib/is-object.ts";
import { nearest } from "../lib/nearest.ts";
import { readTarget, writeTarget } from "./notification-targets.ts";
import { LONGEST_DURATION_MS, type StructureProblem, type StructureReading } from "./value-form.ts";

type Path = (string | number)[];

/** Shortest time of a condition, ms. */
const SHORTEST_MS = 100;

/** Maximum number of failures in a row. */
const MAX_TIMES = 1_000;

/** The members that each event requires and allows, in addition to those of every rule. */
const MEMBERS: Readonly<Record<NotificationEvent, { required?: string; optional: readonly string[] }>> = {
  "job.failed": { optional: ["task", "schedule"] },
  "job.failed_in_a_row": { required: "times", optional: ["task", "schedule"] },
  "job.slow": { required: "longerThan", optional: ["task", "schedule"] },
  "schedule.paused": { optional: ["task", "schedule"] },
  "schedule.missed": { optional: ["task", "schedule"] },
  "source.stale": { optional: ["source"] },
  "queue.old": { required: "olderThan", optional: ["task"] },
};

const COMMON = ["name", "when", "throttle", "enabled", "to"];
const CONDITIONS = ["task", "schedule", "source", "times", "longerThan", "olderThan"];

const TEXT = { type: "string" } as const;
const DURATION: JsonObject = { type: ["string", "integer"], description: "Such as 10m; a number is in ms." };

/** JSON Schema of `notifications.rules`. */
export const RULES_OF_NOTIFICATIONS_SCHEMA: JsonObject = {
  type: "array",
  maxItems: MAX_NOTIFICATION_RULES,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "when", "to"],
    properties: {
      name: { ...TEXT, description: "Unique name of the rule." },
      when: { enum: [...NOTIFICATION_EVENTS], description: "What the rule waits for." },
      task: { ...TEXT, description: "Pattern of the task's label, in which * stands for any characters." },
      schedule: { ...TEXT, description: "Pattern of the schedule's name." },
      source: { ...TEXT, description: "Pattern of the source's name." },
      times: { type: "integer", description: "How many jobs fail in a row." },
      longerThan: { ...DURATION },
      olderThan: { ...DURATION },
      throttle: { ...DURATION },
      enabled: { type: "boolean" },
      to: {
        type: "array",
        maxItems: MAX_TARGETS,
        items: {
          type: "object",
          additionalProperties: false,
          required: ["type"],
          properties: {
            type: { enum: [...TARGET_TYPES] },
            url: TEXT,
            secret: TEXT,
            to: { type: "array", items: TEXT },
          },
        },
      },
    },
  },
};

/** Reads `notifications.rules` from a file or a variable. */
export function readNotificationRules(value: unknown): StructureReading<WrittenRule[]> {
  if (!Array.isArray(value)) {
    return {
      problems: [{ path: [], message: "is not a list", remedy: "Write one entry per rule, each with a name." }],
    };
  }
  const problems: StructureProblem[] = [];
  const rules: WrittenRule[] = [];
  const names = new Set<string>();
  for (const [index, entry] of value.entries()) {
    const reading = readNotificationRule(entry);
    if ("problems" in reading) {
      problems.push(...reading.problems.map((problem) => ({ ...problem, path: [index, ...problem.path] })));
      continue;
    }
    const { name } = reading.value;
    if (names.has(name)) {
      const message = `the name "${name}" is already used`;
      problems.push({ path: [index, "name"], message, remedy: "Give each rule its own name." });
    }
    names.add(name);
    rules.push(reading.value);
  }
  if (rules.length > MAX_NOTIFICATION_RULES) {
    const message = `has ${rules.length} rules; it may have up to ${MAX_NOTIFICATION_RULES}`;
    problems.push({ path: [], message, remedy: "Use patterns, so that one rule covers several tasks." });
  }
  return problems.length > 0 ? { problems } : { value: rules };
}

/** Reads one rule. */
export function readNotificationRule(entry: unknown): StructureReading<WrittenRule> {
  if (!isObject(entry)) {
    return { problems: [{ path: [], message: "is not a rule", remedy: "Give it a name, when, and to." }] };
  }
  const problems: StructureProblem[] = [];
  const report = (path: Path, message: string, remedy: string) => void problems.push({ path, message, remedy });
  checkName(entry.name, report);
  const { when } = entry;
  if (isEvent(when)) checkMembers(entry, when, report);
  else report(["when"], `must be one of ${NOTIFICATION_EVENTS.join(", ")}`, "Choose what the rule waits for.");
  for (const member of ["task", "schedule", "source"]) checkPattern(entry[member], [member], report);
  for (const member of ["longerThan", "olderThan", "throttle"]) checkTime(entry[member], [member], report);
  const { times, enabled = true } = entry;
  if (times !== undefined && !(Number.isInteger(times) && Number(times) >= 1 && Number(times) <= MAX_TIMES)) {
    report(["times"], `must be a whole number from 1 to ${MAX_TIMES}`, "Write how many jobs fail in a row.");
  }
  if (typeof enabled !== "boolean") report(["enabled"], "must be true or false", "Write true or false.");
  const to = readTargets(entry.to, problems);
  if (problems.length > 0) return { problems };
  // Each member was checked above.
  return { value: { ...entry, enabled, to } as unknown as WrittenRule };
}

type Report = (path: Path, message: string, remedy: string) => void;

const isEvent = (when: unknown): when is NotificationEvent =>
  typeof when === "string" && (NOTIFICATION_EVENTS as readonly string[]).includes(when);

function checkName(name: unknown, report: Report): void {
  if (typeof name === "string" && /^[^\p{Cc}]{1,100}$/u.test(name) && name.trim() === name) return;
  report(["name"], "must have 1 to 100 characters, without control characters or spaces at its ends", "Name the rule.");
}

function checkMembers(entry: Readonly<Record<string, unknown>>, when: NotificationEvent, report: Report): void {
  const { required, optional } = MEMBERS[when];
  const allowed = [...COMMON, ...optional, ...(required === undefined ? [] : [required])];
  if (required !== undefined && entry[required] === undefined) {
    report([required], `is required for ${when}`, `Add "${required}".`);
  }
  for (const member of Object.keys(entry)) {
    if (allowed.includes(member)) continue;
    const near = nearest(member, allowed);
    if (CONDITIONS.includes(member))
      report([member], `does not apply to ${when}`, `Leave it out: ${when} has ${allowed.join(", ")}.`);
    else
      report(
        [member],
        "is not a member of a rule",
        near === undefined ? `Use ${allowed.join(", ")}.` : `Did you mean "${near}"?`,
      );
  }
}

function checkPattern(pattern: unknown, path: Path, report: Report): void {
  if (pattern === undefined) return;
  const problem = typeof pattern === "string" ? patternProblem(pattern) : "is not a text";
  if (problem !== undefined) report(path, problem, "Write a name, in which * stands for any characters.");
}

function checkTime(value: unknown, path: Path, report: Report): void {
  if (value === undefined) return;
  const ms = msOf(value);
  // A window may be turned off.
  const least = path[0] === "throttle" && ms === 0 ? 0 : SHORTEST_MS;
  if (ms !== undefined && ms >= least && ms <= LONGEST_DURATION_MS) return;
  const bounds = `from ${formatDuration(SHORTEST_MS)} to ${formatDuration(LONGEST_DURATION_MS)}`;
  report(path, `must be a duration ${bounds}`, "Write it such as 30s or 10m.");
}

/** Returns the ms of a duration as it was written; undefined for anything else. */
export function msOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  return typeof value === "string" ? parseDuration(value) : undefined;
}

function readTargets(value: unknown, problems: StructureProblem[]): WrittenRule["to"] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_TARGETS) {
    const message = `must be a list of 1 to ${MAX_TARGETS} receivers`;
    problems.push({ path: ["to"], message, remedy: 'Write a list: [{"type": "slack", "url": "https://..."}].' });
    return [];
  }
  return value.flatMap((entry: unknown, index) => {
    const reading = readTarget(entry);
    if ("value" in reading) return [reading.value];
    problems.push(...reading.problems.map((problem) => ({ ...problem, path: ["to", index, ...problem.path] })));
    return [];
  });
}

/** Converts rules to the form that files contain, without their secrets. */
export function writeNotificationRules(rules: object): JsonValue {
  return (rules as readonly WrittenRule[]).map(
    ({ to, ...rule }) => ({ ...rule, to: to.map(writeTarget) }) as unknown as JsonObject,
  );
}
