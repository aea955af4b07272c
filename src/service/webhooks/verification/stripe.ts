import { hmacOf, isSignature } from "./constant-time.ts";
import { checkSignedTime } from "./replay-window.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

/** Most parts of the header that are read. */
const MAX_PARTS = 20;

const HEADER = "stripe-signature";

/**
 * Stripe: `t=SECONDS,v1=SIGNATURE,...`, where a signature is the HMAC-SHA256 of `SECONDS.body` in hexadecimal digits.
 * While its secret is replaced, there are several, of which one has to fit. `v0` is for tests and ignored.
 * @param secret as Stripe shows it, with its prefix `whsec_`, which is a part of the key
 */
export function verifyStripe({ headers, body, receivedAt }: SignedRequest, secret: string): Refusal {
  const sent = headers.get(HEADER);
  if (sent === null) return `The header ${HEADER} is missing.`;
  const parts = sent.split(",", MAX_PARTS).map((part) => part.trim().split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1];
  if (time === undefined) return `The header ${HEADER} contains no time.`;
  const wrongTime = checkSignedTime(time, receivedAt);
  if (wrongTime !== undefined) return wrongTime;
  const right = hmacOf(secret, [`${time}.`, body]);
  const isRight = parts.some(([name, value]) => name === "v1" && isSignature(value ?? "", right, "hex"));
  return isRight ? undefined : "The signature is wrong.";
}
