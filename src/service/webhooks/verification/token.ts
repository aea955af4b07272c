import { isSameSecret } from "./constant-time.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

/** The header of a token in place of `Authorization`, unless the webhook names another. */
const USUAL_HEADER = "x-webhook-token";

/** Token: the secret itself in a header, by default `Authorization: Bearer TOKEN` or `X-Webhook-Token`. */
export function verifyToken({ headers }: SignedRequest, secret: string, header?: string): Refusal {
  const sent = header === undefined ? (headers.get("authorization") ?? headers.get(USUAL_HEADER)) : headers.get(header);
  if (sent === null) return `The header ${header ?? `authorization or ${USUAL_HEADER}`} is missing.`;
  return isSameSecret(sent.replace(/^bearer +/i, ""), secret) ? undefined : "The token is wrong.";
}
