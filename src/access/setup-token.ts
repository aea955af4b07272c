import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import { hashToken, randomToken } from "./secret-token.ts";

/** How long the token of a set-up is valid, ms. */
const SETUP_VALID_MS = 15 * 60_000;

/** The token that whoever started the server creates the first user with. */
export interface SetupToken {
  readonly token: string;
  /** When it expires, ms since the epoch. */
  readonly expiresAt: number;
  /** Whether a text is the token, and still valid. */
  accepts(sent: string): boolean;
}

/** Creates a token that is valid from now on. */
export function createSetupToken(clock: Clock): SetupToken {
  const token = randomToken();
  const endsAt = clock.monotonic() + SETUP_VALID_MS;
  const hash = Buffer.from(hashToken(token));
  return {
    token,
    expiresAt: clock.now() + SETUP_VALID_MS,
    accepts: (sent) => clock.monotonic() < endsAt && timingSafeEqual(Buffer.from(hashToken(sent)), hash),
  };
}
