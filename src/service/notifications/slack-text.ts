import type { NotificationMessage } from "../../domain/notification.ts";
import { errorLine, headline, type PageLink, pathOf } from "./message-text.ts";
import { plainText } from "./plain-text.ts";

/** Events that a message lists. With the longest lines it stays below the 4,000 characters that Slack recommends. */
const LISTED = 8;

/** Longest line about an event, in characters before they are escaped. */
const LONGEST_LINE = 200;

/**
 * Escapes the characters that have a meaning in Slack's messages: what people wrote can't mention anyone or become a link
 * (https://docs.slack.dev/messaging/formatting-message-text, "Escaping text").
 * @example
 * ```ts
 * escapeSlack("<!channel> a & b"); // => "&lt;!channel&gt; a &amp; b"
 * ```
 */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Returns the text of a Slack message. */
export function slackText(message: NotificationMessage, link: PageLink): string {
  const { count, items } = message;
  const lines = [escapeSlack(headline(message))];
  if (count === 1) {
    for (const item of items) {
      const error = errorLine(item);
      if (error !== undefined) lines.push(`> ${escapeSlack(error)}`);
    }
  } else {
    for (const item of items.slice(0, LISTED)) {
      lines.push(`• <${linked(link(item.path))}|${label(plainText(item.text, LONGEST_LINE))}>`);
    }
    if (count > LISTED) lines.push(`… and ${count - LISTED} more`);
  }
  lines.push(`<${linked(link(pathOf(message)))}|Open in Ratchet>`);
  return lines.join("\n");
}

/** A URL within a link. */
const linked = (url: string): string => escapeSlack(url).replaceAll("|", "%7C");

/** The text of a link, which ends at the first `>`. */
const label = (text: string): string => escapeSlack(text.replaceAll("|", "¦"));
