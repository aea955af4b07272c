import type { WebhookVerification } from "../../domain/webhook.ts";

/** Headers that prove who sent something, or that belong to the connection. */
const NEVER_KEPT: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "webhook-signature",
  "x-hub-signature",
  "x-hub-signature-256",
  "stripe-signature",
  "x-signature",
  "x-webhook-token",
  "x-gitlab-token",
  "connection",
  "transfer-encoding",
]);

/** Returns the headers that are stored with a delivery, and that templates can use. Names are in lower case. */
export function keptHeaders(headers: Headers, { header }: WebhookVerification): Record<string, string> {
  const own = header?.toLowerCase();
  return Object.fromEntries([...headers].filter(([name]) => !NEVER_KEPT.has(name) && name !== own));
}
