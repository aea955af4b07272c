import { hmacOf, isSignature } from "./constant-time.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

const HEADER = "x-hub-signature-256";

/** GitHub: `sha256=` and the HMAC-SHA256 of the body in hexadecimal digits. Its older header with SHA-1 is ignored. */
export function verifyGithub({ headers, body }: SignedRequest, secret: string): Refusal {
  const sent = headers.get(HEADER);
  if (sent === null) return `The header ${HEADER} is missing.`;
  if (!sent.startsWith("sha256=")) return `The header ${HEADER} does not begin with sha256=.`;
  const isRight = isSignature(sent.slice("sha256=".length), hmacOf(secret, [body]), "hex");
  return isRight ? undefined : "The signature is wrong.";
}
