import type { JsonObject } from "../../../domain/json.ts";
import { formatDuration } from "../../../lib/duration.ts";
import type { Paint } from "../../framework/output.ts";
import { taskLabel } from "../../framework/server-command.ts";
import { cells, facts, table } from "../../framework/table.ts";

/** When a schedule fires, in a few words. */
export function planText({ cron, timezone, every, at }: JsonObject): string {
  if (typeof cron === "string") return timezone === "UTC" ? cron : `${cron} (${timezone})`;
  if (typeof every === "number") return `every ${formatDuration(every)}`;
  return typeof every === "string" ? `every ${every}` : `at ${at}`;
}

/** A schedule for people. */
export function scheduleText(schedule: JsonObject, paint: Paint): string {
  const { id, name, version, enabled, pausedReason, overlap, priority, input } = schedule;
  const paused = typeof pausedReason === "string" ? `disabled: ${pausedReason}` : "disabled";
  return facts(
    [
      ["schedule", id],
      ["name", name],
      ["task", taskLabel(schedule)],
      ["version", version ?? "the newest"],
      ["plan", planText(schedule)],
      ["status", enabled === true ? "enabled" : paused],
      ["overlap", overlap],
      ["priority", priority],
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

/** Firings for people: when, how, what became of them. */
export function firingTable(firings: readonly JsonObject[], paint: Paint): string {
  const rows = firings.map(({ fireAt, kind, status, jobId, note }) => cells([fireAt, kind, status, jobId, note]));
  return table(["time", "kind", "status", "job", "note"], rows, paint);
}
