import { normalName } from "./placeholder.ts";

/** Full names of fields and headers whose value is a secret. */
const NAMES = new Set(
  (
    "password passwd pwd passphrase secret secrets credentials token apikey api-key api-token app-key app-secret " +
    "access-key access-token auth-token authorization bearer client-assertion client-secret code-verifier consumer-secret " +
    "csrf-token encryption-key id-token jwt master-key private-key private-token refresh-token secret-access-key " +
    "secret-key session-id session-key session-token sessionid shared-access-signature shared-key sig signature " +
    "signing-key signing-secret webhook-secret xsrf-token otp cvv cvc"
  ).split(" "),
);

/** Endings of longer names, such as `x-amz-security-token` or `db-password`. */
const ENDINGS =
  /-(?:password|passwd|passphrase|secret|token|apikey|api-key|access-key|secret-key|private-key|subscription-key|signature|credentials)$/;

/** Names with such an ending that are not secret: positions in a list. */
const HARMLESS = /(?:^|-)(?:page|next|previous|prev|continuation|continue|sync|start|cursor)-token$/;

/** Additional names of headers. */
const HEADERS = new Set(["cookie", "set-cookie", "proxy-authorization", "x-auth-key", "x-key", "dpop"]);

/**
 * Returns the kind of secret that the name of a field in JSON, a form or a query indicates, or `undefined`.
 * `accessToken`, `access_token` and `ACCESS-TOKEN` are the same name.
 */
export function secretFieldKind(name: string): string | undefined {
  const normal = normalName(name);
  return NAMES.has(normal) || (ENDINGS.test(normal) && !HARMLESS.test(normal)) ? normal : undefined;
}

/** Does the same for a header. */
export function secretHeaderKind(name: string): string | undefined {
  const normal = normalName(name);
  return HEADERS.has(normal) ? normal : secretFieldKind(name);
}

/** Returns true if everything below a field of this kind is secret, not only its own value. */
export function holdsSecrets(kind: string): boolean {
  return kind === "secrets" || kind === "credentials";
}
