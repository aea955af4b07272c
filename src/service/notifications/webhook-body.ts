import { createHmac } from "node:crypto";
import type { NotificationMessage, NotifiedItem } from "../../domain/notification.ts";
import { defined } from "../../lib/defined.ts";
import { timeText } from "../../lib/time-text.ts";
import { commonTask, headline, type PageLink, pathOf } from "./message-text.ts";

/** Returns the body of a webhook: the same text for each try. */
export function webhookBody(message: NotificationMessage, link: PageLink): string {
  const { type, rule, time, count, items } = message;
  const [first] = items;
  const facts = count === 1 && first !== undefined ? factsOf(first, link) : defined({ task: commonTask(items) });
  const data = {
    rule,
    message: headline(message),
    count,
    ...facts,
    url: link(pathOf(message)),
    ...(type === "notification.test" ? { test: true } : { items: items.map((item) => factsOf(item, link)) }),
  };
  return JSON.stringify({ type, timestamp: timeText(time), data });
}

function factsOf(item: NotifiedItem, link: PageLink) {
  const { text: message, time, path, ms, ...facts } = item;
  return { ...facts, message, time: timeText(time), ...defined({ durationMs: ms }), url: link(path) };
}

/**
 * Returns the headers that sign a body (Standard Webhooks 1.0, "Verifying webhook authenticity").
 * @param secret `whsec_` and the key in base64
 * @param now ms since the epoch
 * @example
 * ```ts
 * const headers = signedHeaders("whsec_a2V5", "msg_1", "{}", 1_000);
 * headers["webhook-timestamp"]; // => "1"
 * ```
 */
export function signedHeaders(secret: string, id: string, body: string, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
