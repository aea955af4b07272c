import type { Schedule } from "../../../dist/generated/api-types.ts";
import type { FieldValue } from "../form/schema/json.ts";

/** How the times of a schedule are given. */
export type PlanKind = "cron" | "every" | "at";

/** A schedule as it is being entered. */
export interface Draft {
  name: string;
  /** Label of the task. */
  task: string;
  kind: PlanKind;
  cron: string;
  timezone: string;
  every: string;
  /** As a field for a time in the reader's zone has it, such as 2030-01-01T09:00. */
  at: string;
  overlap: Schedule["overlap"];
  catchUpWindow: string;
  pauseOnFailure: boolean;
  /** Undefined until one is entered. */
  input: FieldValue;
}

/** Returns what the form begins with. */
export function newDraft(): Draft {
  return {
    name: "",
    task: "",
    kind: "cron",
    cron: "0 9 * * *",
    timezone: readersZone(),
    every: "1h",
    at: "",
    overlap: "skip",
    catchUpWindow: "1h",
    pauseOnFailure: false,
    input: undefined,
  };
}

/** Returns a schedule as it can be edited. */
export function draftOf(schedule: Schedule): Draft {
  const { name, task, cron, timezone, every, at, overlap, catchUpWindow, pauseOnFailure, input } = schedule;
  const fresh = newDraft();
  return {
    name,
    task: task?.label ?? "",
    kind: cron !== null ? "cron" : every !== null ? "every" : "at",
    cron: cron ?? fresh.cron,
    timezone: timezone ?? fresh.timezone,
    every: every === null ? fresh.every : durationOf(every),
    at: at === null ? "" : localText(Date.parse(at)),
    overlap,
    catchUpWindow: durationOf(catchUpWindow),
    pauseOnFailure,
    input: input as FieldValue,
  };
}

/** The times of a plan, as requests have them. */
export type Timing = { cron: string; timezone: string } | { every: string } | { at: string };

/** Returns the times of a draft as a request has them. Undefined while they are not complete. */
export function timingOf({ kind, cron, timezone, every, at }: Draft): Timing | undefined {
  if (kind === "cron")
    return cron.trim() === "" ? undefined : { cron: cron.trim(), timezone: timezone.trim() || "UTC" };
  if (kind === "every") return every.trim() === "" ? undefined : { every: every.trim() };
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? undefined : { at: new Date(ms).toISOString() };
}

/** Returns the rest of a draft as a request has it. @param task label, uuid or id */
export function settingsOf({ name, overlap, catchUpWindow, pauseOnFailure, input }: Draft, task: string) {
  return {
    name: name.trim(),
    task,
    overlap,
    catchUpWindow: catchUpWindow.trim() || "0s",
    pauseOnFailure,
    input: input ?? {},
  };
}

/** The reader's time zone (IANA). */
function readersZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** Returns a duration as requests have it, such as "90m". */
function durationOf(value: string | number): string {
  if (typeof value === "string") return value;
  const [unit, ms] = UNITS.find(([, size]) => value > 0 && value % size === 0) ?? ["ms", 1];
  return `${value / ms}${unit}`;
}

/** Returns a time as a field for a time in the reader's zone has it. */
export function localText(ms: number): string {
  const date = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16);
}
