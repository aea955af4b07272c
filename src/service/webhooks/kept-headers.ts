import type { WebhookVerification } from "../../domain/webhook.ts";
import { secretHeaderKind } from "../../execution/recording/secret-names.ts";

/** Headers that belong to the connection, and those that prove who sent something and have no usual name of a secret. */
const NEVER_KEPT: ReadonlySet<string> = new Set(["connection", "transfer-encoding", "x-hub-signature-256"]);

/** Returns the headers that are stored with a delivery, and that templates can use. Names are in lower case. */
export function keptHeaders(headers: Headers, { header }: WebhookVerification): Record<string, string> {
  const own = header?.toLowerCase();
  return Object.fromEntries(
    [...headers].filter(([name]) => !NEVER_KEPT.has(name) && secretHeaderKind(name) === undefined && name !== own),
  );
}
