import { hmacOf, isSignature } from "./constant-time.ts";
import type { Refusal, SignedRequest } from "./signed-request.ts";

/** GitHub: `sha256=` and the HMAC-SHA256 of the body in hexadecimal digits. Its older header with SHA-1 is ignored. */
export function verifyGithub(
  { headers, body }: SignedRequest,
  secret: string,
  header = "x-hub-signature-256",
): Refusal {
  const sent = headers.get(header);
  if (sent === null) return `The header ${header} is missing.`;
  if (!sent.startsWith("sha256=")) return `The header ${header} does not begin with sha256=.`;
  const isRight = isSignature(sent.slice("sha256=".length), hmacOf(secret, [body]), "hex");
  return isRight ? undefined : "The signature is wrong.";
}
