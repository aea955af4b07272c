import { RatchetError } from "../domain/errors.ts";
import { formatSize } from "../lib/size.ts";

/** Shortest password, in characters (NIST SP 800-63B, section 5.1.1.2). */
const SHORTEST_PASSWORD = 8;

/** Longest password, in bytes. A longer one would only cost time. */
const LONGEST_PASSWORD = 1024;

/** Hashes that are computed at once. Each takes 19 MB and a thread for about 20 ms. */
const AT_ONCE = 2;

/** Hashes that wait for others. Beyond these, callers have to try again. */
const MOST_WAITING = 64;

/** Cost of argon2id (OWASP Password Storage Cheat Sheet, first recommendation). */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Hashes passwords, a few at a time. */
export interface Passwords {
  /** @throws {RatchetError} OVERLOADED if too many wait */
  hash(password: string): Promise<string>;
  /**
   * Compares a password with a hash.
   * @param hash undefined for an unknown user: the comparison takes as long, and fails
   * @throws {RatchetError} OVERLOADED if too many wait
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** Creates the hashing of passwords. */
export function createPasswords(): Passwords {
  const limit = createLimit();
  /** The hash of a password that nobody has. */
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => limit(() => Bun.password.hash(password, COST)),
    async verify(password, hash) {
      if (Buffer.byteLength(password) > LONGEST_PASSWORD || password === "") return false;
      if (hash !== undefined) return limit(() => Bun.password.verify(password, hash));
      decoy ??= limit(() => Bun.password.hash(crypto.randomUUID(), COST)).catch((error: unknown) => {
        decoy = undefined;
        throw error;
      });
      const compared = await decoy;
      await limit(() => Bun.password.verify(password, compared));
      return false;
    },
  };
}

/** Returns what is wrong with a new password; undefined if nothing is. */
export function passwordProblem(password: string): string | undefined {
  if ([...password].length < SHORTEST_PASSWORD) return `must have at least ${SHORTEST_PASSWORD} characters`;
  if (Buffer.byteLength(password) > LONGEST_PASSWORD) return `may have up to ${formatSize(LONGEST_PASSWORD)}`;
  return undefined;
}

/** Runs a few pieces of work at once, the others in order. */
function createLimit() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw tooBusy();
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The next one takes over the place.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function tooBusy(): RatchetError {
  return new RatchetError("OVERLOADED", "Too many passwords are being checked at once.", {
    remedy: "Try again in a moment.",
  });
}
