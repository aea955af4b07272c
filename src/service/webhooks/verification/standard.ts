import { hmacOf, isSignature } from "./constant-time.ts";
import { checkSignedTime } from "./replay-window.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

/** Most signatures that are compared: a sender has one for each key that it rotates. */
const MAX_SIGNATURES = 20;

/**
 * Standard Webhooks: HMAC-SHA256 of `id.time.body`, in base64. The header has a list of `v1,SIGNATURE`, separated by
 * spaces, of which one has to fit.
 * @param secret base64, with or without the prefix `whsec_`
 */
export function verifyStandard(
  { headers, body, receivedAt }: SignedRequest,
  secret: string,
  header = "webhook-signature",
): Refusal {
  const id = headers.get("webhook-id");
  const time = headers.get("webhook-timestamp");
  const sent = headers.get(header);
  if (id === null || id === "") return "The header webhook-id is missing.";
  if (time === null) return "The header webhook-timestamp is missing.";
  if (sent === null) return `The header ${header} is missing.`;
  const wrongTime = checkSignedTime(time, receivedAt);
  if (wrongTime !== undefined) return wrongTime;
  const right = hmacOf(keyOf(secret), [`${id}.${time}.`, body]);
  const signatures = sent
    .split(" ", MAX_SIGNATURES)
    .flatMap((text) => (text.startsWith("v1,") ? [text.slice("v1,".length)] : []));
  return signatures.some((signature) => isSignature(signature, right, "base64"))
    ? undefined
    : "The signature is wrong.";
}

/** A secret that is not base64 is the key itself. */
function keyOf(secret: string): Uint8Array {
  const text = secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;
  const isBase64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(text);
  return Buffer.from(text, isBase64 ? "base64" : "utf8");
}
