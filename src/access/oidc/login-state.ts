import { isObject } from "../../lib/is-object.ts";

/** What a browser keeps between the start of a login and its return from the provider. */
export interface LoginState {
  /** Ties the provider's response to this browser (RFC 6749, section 10.12). */
  state: string;
  /** Ties the ID token to this login (OpenID Connect Core, section 15.5.2). */
  nonce: string;
  /** Proves to the provider that both halves of the login are ours (RFC 7636). */
  verifier: string;
  /** Where to go after the login: a path of this server. */
  returnTo: string;
}

/** Writes a state as the value of a cookie. */
export function writeLoginState(state: LoginState): string {
  return Buffer.from(JSON.stringify(state)).toString("base64url");
}

/** Reads the value of the cookie. @returns undefined if it is not one that {@link writeLoginState} wrote */
export function readLoginState(value: string): LoginState | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(value, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!isObject(read)) return undefined;
  const { state, nonce, verifier, returnTo } = read;
  if (![state, nonce, verifier].every((part) => typeof part === "string" && /^[\w-]{32,128}$/.test(part))) {
    return undefined;
  }
  return { state, nonce, verifier, returnTo: localPath(returnTo) } as LoginState;
}

/**
 * Returns a path of this server to go to after a login. Anything that a browser could read as another host, such as
 * `//example.com` or `/\example.com`, becomes `/`.
 */
export function localPath(value: unknown): string {
  if (typeof value !== "string" || value.length > 2_000) return "/";
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(value) && !value.includes("\\") ? value : "/";
}
