import type { WebhookVerification } from "../../../domain/webhook.ts";
import { hmacOf, isSignature } from "./constant-time.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

/** The header of a plain HMAC, unless the webhook names another. */
const USUAL_HEADER = "x-signature";

/** Plain HMAC: a header with the HMAC of the body, possibly after the name of its algorithm: `sha256=...`. */
export function verifyHmac(
  { headers, body }: SignedRequest,
  secret: string,
  { header = USUAL_HEADER, algorithm = "sha256", encoding = "hex" }: Omit<WebhookVerification, "type" | "secret">,
): Refusal {
  const sent = headers.get(header);
  if (sent === null) return `The header ${header} is missing.`;
  const prefix = `${algorithm}=`;
  const signature = sent.toLowerCase().startsWith(prefix) ? sent.slice(prefix.length) : sent;
  return isSignature(signature, hmacOf(secret, [body], algorithm), encoding) ? undefined : "The signature is wrong.";
}
