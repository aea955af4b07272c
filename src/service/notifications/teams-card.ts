import type { JsonObject } from "../../domain/json.ts";
import type { NotificationMessage } from "../../domain/notification.ts";
import { errorLine, headline, type PageLink, pathOf } from "./message-text.ts";
import { plainText } from "./plain-text.ts";

/** Events that a card lists: Teams rejects a message of more than 28 kB. */
const LISTED = 10;

/**
 * Returns the body for a Teams workflow: a message with one adaptive card (https://adaptivecards.io, version 1.4). Texts are in
 * runs of a RichTextBlock, in which Markdown has no meaning.
 */
export function teamsMessage(message: NotificationMessage, link: PageLink): JsonObject {
  const { count, items } = message;
  const body: JsonObject[] = [paragraph(headline(message), { weight: "Bolder", size: "Medium" })];
  for (const item of items.slice(0, LISTED)) {
    if (count > 1) body.push(paragraph(plainText(item.text, 200)));
    const error = errorLine(item);
    if (error !== undefined && count === 1) body.push(paragraph(error, { color: "Attention" }));
  }
  if (count > 1 && count > LISTED) body.push(paragraph(`… and ${count - LISTED} more`));
  body.push(paragraph(`Rule: ${plainText(message.rule, 100)}`, { isSubtle: true, size: "Small" }));
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    actions: [{ type: "Action.OpenUrl", title: "Open in Ratchet", url: link(pathOf(message)) }],
  };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return { type: "message", attachments: [attachment] };
}

function paragraph(text: string, style: JsonObject = {}): JsonObject {
  return { type: "RichTextBlock", inlines: [{ type: "TextRun", text, ...style }] };
}
