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
export function verifyStandard({ headers, body, receivedAt }: SignedRequest, secret: string): Refusal {
  const id = headers.get("webhook-id");
  const time = headers.get("webhook-timestamp");
  const sent = headers.get("webhook-signature");
  if (id === null || id === "") return "The header webhook-id is missing.";
  if (time === null) return "The header webhook-timestamp is missing.";
  if (sent === null) return "The header webhook-signature is missing.";
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

/** Returns true if a secret has the form that Standard Webhooks gives it. */
export function isStandardSecret(secret: string): boolean {
  return /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/.test(encodedKey(secret));
}

/** Returns a secret without the prefix that marks it as one. */
export const encodedKey = (secret: string): string =>
  secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret;

/** A secret that is not base64 is the key itself: some senders use any text. */
function keyOf(secret: string): Uint8Array {
  return Buffer.from(encodedKey(secret), isStandardSecret(secret) ? "base64" : "utf8");
}
