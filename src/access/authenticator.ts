import type { Identity, Principal } from "../domain/principal.ts";

/**
 * Why a credential was not accepted: `unavailable` if it can't be checked at the moment, `no-role` if it is genuine but
 * grants nothing here.
 */
export type RefusalReason = "unknown" | "expired" | "revoked" | "malformed" | "unavailable" | "no-role";

/** What became of a credential. */
export type Authentication =
  | {
      readonly principal: Principal;
      /** The credential is a cookie, which browsers send by themselves: requests of foreign pages are refused. */
      readonly isCookie?: boolean;
    }
  | {
      readonly refused: RefusalReason;
      /** For people, without the credential: what was wrong. */
      readonly message: string;
      /** Whom the credential identifies, if it is genuine. */
      readonly identity?: Identity;
    };

/**
 * Reads one kind of credential. A server asks its authenticators in order, and the first one that finds a credential of
 * its kind decides. A credential that can be checked without waiting must be: every request passes here.
 */
export interface Authenticator {
  /** What the credential is called in messages, such as "API key". */
  readonly name: string;
  /**
   * @param headers of the request
   * @param isSecure whether the client sent it over TLS
   * @returns undefined if the request has no credential of this kind
   */
  authenticate(headers: Headers, isSecure: boolean): Authentication | undefined | Promise<Authentication | undefined>;
  /**
   * Returns whom a credential identifies, if that is still in memory: nothing is read, and it does not count as a use.
   * The credential may have lost its validity, so this is only good for naming somebody in the audit log.
   * @param headers of the request
   * @param isSecure whether the client sent it over TLS
   */
  recall(headers: Headers, isSecure: boolean): Identity | undefined;
}
