import type { NotificationMessage } from "../../domain/notification.ts";
import { timeText } from "../../lib/time-text.ts";
import { errorLine, headline, type PageLink, pathOf } from "./message-text.ts";
import { plainText } from "./plain-text.ts";

/** Longest subject, in characters. */
const LONGEST_SUBJECT = 150;

/** Returns the subject of an e-mail: one line without control characters, so that it can't begin another header. */
export function mailSubject(message: NotificationMessage): string {
  return plainText(`[Ratchet] ${headline(message)}`, LONGEST_SUBJECT);
}

/** Returns the text of an e-mail. */
export function mailText(message: NotificationMessage, link: PageLink): string {
  const { count, items, rule, time } = message;
  const lines = [headline(message), ""];
  for (const item of items) {
    const error = errorLine(item);
    if (count > 1) lines.push(`- ${plainText(item.text, 300)}`, `  ${link(item.path)}`);
    else if (error !== undefined) lines.push(error, "");
  }
  if (count > items.length && items.length > 0) lines.push(`... and ${count - items.length} more`);
  if (count > 1) lines.push("");
  lines.push(link(pathOf(message)), "", "-- ", `Rule: ${plainText(rule, 100)}`, `Time: ${timeText(time)}`, "");
  return lines.join("\n");
}
