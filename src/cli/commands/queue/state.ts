import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { formatDuration } from "../../../lib/duration.ts";
import { isObject } from "../../../lib/is-object.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { cells, table } from "../../framework/table.ts";

/** Prints the pauses and limits of the queue. */
export function printQueue(state: JsonObject, json: boolean): void {
  if (json) {
    writeStdout(`${JSON.stringify(state)}\n`);
    return;
  }
  const paint = painter("stdout");
  const pauses = objects(state.pauses);
  const limits = objects(state.limits);
  writeStdout(`${state.paused === true ? paint("yellow", "paused") : paint("green", "running")}\n`);
  if (pauses.length > 0) {
    const rows = pauses.map(({ scope, pausedAt, note }) => cells([scopeText(scope), pausedAt, note]));
    writeStdout(`\n${table(["paused", "since", "note"], rows, paint)}`);
  }
  if (limits.length > 0) {
    const rows = limits.map(({ scope, concurrency, rate }) => cells([scopeText(scope), concurrency, rateText(rate)]));
    writeStdout(`\n${table(["limited", "at once", "rate"], rows, paint)}`);
  }
}

/** Returns what a pause or a limit applies to. */
function scopeText(scope: JsonValue | undefined): string {
  if (!isObject(scope)) return String(scope ?? "");
  return Object.entries(scope)
    .map(([kind, value]) => `${kind.replace(/Id$/, "")} ${isObject(value) ? JSON.stringify(value) : value}`)
    .join(" ");
}

function rateText(rate: JsonValue | undefined): string {
  return isObject(rate) ? `${rate.count} in ${formatDuration(Number(rate.periodMs))}` : "";
}

function objects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}
