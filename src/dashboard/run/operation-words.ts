import type { Job, Operation } from "../../../dist/generated/api-types.ts";
import { exactTime } from "../components/time-words.ts";

/** What an operation is called: its step in the workflow file, or else what it is about. */
export function operationTitle({ kind, name, label }: Pick<Operation, "kind" | "name" | "label">): string {
  return label ?? subjectOf({ kind, name });
}

/** What an operation is about. The name of a sleep is the time at which it ends. */
export function subjectOf({ kind, name }: Pick<Operation, "kind" | "name">): string {
  const at = kind === "sleep" ? Date.parse(name) : Number.NaN;
  return Number.isNaN(at) ? name : `until ${exactTime(at)}`;
}

/** What a run waits for while an operation of a kind is open. */
export const WAITS_FOR: Readonly<Record<Job["waitingFor"][number]["kind"], string>> = {
  sleep: "a time",
  call: "a task",
  map: "tasks of a map",
  step: "another attempt of a step",
  wait: "a signal",
  approve: "an approval",
  emit: "an event",
  items: "items of step",
  room: "room in its stream",
};

/** How an operation is called in the column of states. */
export function stateOf({ kind, state, error }: Pick<Operation, "kind" | "state" | "error">): string {
  // The journal has the error with which a cancelled wait was rejected.
  if (state === "failed" && error?.code === "CANCELLED") return "cancelled";
  if (state !== "open") return state;
  return kind === "sleep" ? "sleeping" : kind === "wait" || kind === "approve" ? "waiting" : "running";
}

/** How long an operation has taken so far, in ms. @param now ms since the epoch */
export function elapsedMs({ createdAt, settledAt }: Pick<Operation, "createdAt" | "settledAt">, now: number): number {
  return Math.max(0, (settledAt === null ? now : Date.parse(settledAt)) - Date.parse(createdAt));
}
