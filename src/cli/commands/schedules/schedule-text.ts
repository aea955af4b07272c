import type { JsonObject } from "../../../domain/json.ts";
import { formatDuration } from "../../../lib/duration.ts";
import type { Paint } from "../../framework/output.ts";
import { taskLabel } from "../../framework/server-command.ts";
import { cells, facts, table, wordsText } from "../../framework/table.ts";

/** Returns when a schedule fires, in a few words. */
export function planText({ cron, timezone, every, at }: JsonObject): string {
  if (typeof cron === "string") return timezone === "UTC" ? cron : `${cron} (${timezone})`;
  if (typeof every === "number") return `every ${formatDuration(every)}`;
  return typeof every === "string" ? `every ${every}` : `at ${at}`;
}

/** Formats a schedule for people. */
export function scheduleText(schedule: JsonObject, paint: Paint): string {
  const { id, name, version, enabled, pausedReason, overlap, priority, input, tags } = schedule;
  const paused = typeof pausedReason === "string" ? `disabled: ${pausedReason}` : "disabled";
  return facts(
    [
      ["schedule", id],
      ["name", name],
      ["task", taskLabel(schedule)],
      ["version", version ?? "newest"],
      ["plan", planText(schedule)],
      ["status", enabled === true ? "enabled" : paused],
      ["overlap", overlap],
      ["priority", priority],
      ["retries", schedule.maxRetries],
      ["key", schedule.concurrencyKey],
      ["tags", wordsText(tags)],
      ["input", JSON.stringify(input ?? null)],
      ["next", schedule.nextAt],
      ["last", schedule.lastAt],
      ["start", schedule.startAt],
      ["end", schedule.endAt],
      ["created", schedule.createdAt],
      ["updated", schedule.updatedAt],
    ],
    paint,
  );
}

/** Formats firings as a table for people. */
export function firingTable(firings: readonly JsonObject[], paint: Paint): string {
  const rows = firings.map(({ fireAt, kind, status, jobId, note }) => cells([fireAt, kind, status, jobId, note]));
  return table(["time", "kind", "status", "job", "note"], rows, paint);
}
