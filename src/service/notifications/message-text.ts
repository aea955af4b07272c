import type { NotificationMessage, NotifiedItem } from "../../domain/notification.ts";
import { plainText } from "./plain-text.ts";

/** Returns the URL of a page. */
export type PageLink = (path: string) => string;

/** Longest sentence about an event, and longest error in a message, in characters. */
const LONGEST_LINE = 300;

/** Returns what links to the pages of a server at an address. */
export function pageLinks(address: string): PageLink {
  const base = address.replace(/\/+$/, "");
  return (path) => `${base}${path}`;
}

/** Returns one sentence that says what a message is about. */
export function headline({ type, rule, count, items }: NotificationMessage): string {
  const [first] = items;
  if (type === "notification.test") return plainText(`Test of the notification rule ${rule}: it works.`, LONGEST_LINE);
  if (count === 1 && first !== undefined) return plainText(first.text, LONGEST_LINE);
  const task = commonTask(items);
  const of = task === undefined ? "" : ` of ${plainText(task, 100)}`;
  const many = {
    "job.failed": `${count} more jobs${of} have failed.`,
    "job.failed_in_a_row": `${count} more times, jobs${of} have failed in a row.`,
    "job.slow": `${count} more jobs${of} take long.`,
    "schedule.paused": `${count} more times, a schedule was paused.`,
    "schedule.missed": `${count} more times, a schedule has missed firings.`,
    "source.stale": `${count} more sources are stale.`,
    "queue.old": `${count} more times, the queue was too old.`,
  };
  return many[type];
}

/** Returns the task of all events; undefined if they have several. */
export function commonTask(items: readonly NotifiedItem[]): string | undefined {
  const [first] = items;
  return first !== undefined && items.every(({ task }) => task === first.task) ? first.task : undefined;
}

/** Returns the path of the page about a message: that of its only event, or a list. */
export function pathOf({ type, count, items }: NotificationMessage): string {
  const [first] = items;
  if (type === "notification.test") return "/notifications";
  if (count === 1 && first !== undefined) return first.path;
  if (type.startsWith("schedule.")) return "/schedules";
  if (type === "source.stale") return "/sources";
  const status = { "job.slow": "processing", "queue.old": "queued" }[type as "job.slow" | "queue.old"] ?? "failed";
  const task = commonTask(items);
  return `/jobs?status=${status}${task === undefined ? "" : `&task=${encodeURIComponent(task)}`}`;
}

/** Returns the error of an event in one line; undefined without one. */
export function errorLine({ error }: NotifiedItem): string | undefined {
  if (error === undefined) return undefined;
  const { type = error.code, message } = error;
  const isNamed = type === undefined || message.startsWith(type);
  return plainText(isNamed ? message : `${type}: ${message}`, LONGEST_LINE);
}
