/** Longest name of a principal, in UTF-16 units. A `sub` has at most 255 (OpenID Connect Core, section 2). */
const LONGEST_NAME = 255;

/**
 * Returns the name of the principal that claims describe: the subject, or else the client that asked for the token.
 * @param otherwise the name if the claims contain neither
 */
export function nameInClaims(claims: Readonly<Record<string, unknown>>, otherwise: string): string {
  return [claims.sub, claims.client_id].find(isName) ?? otherwise;
}

/** A name is shown in lists and logs, so it has no control characters. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_NAME && !/\p{Cc}/u.test(value);
}
