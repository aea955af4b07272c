import { addressGroup } from "../../lib/address-blocks.ts";
import type { Clock } from "../../lib/clock.ts";
import { Lru } from "../../lib/lru.ts";
import { type Bucket, type Rate, refill } from "../../store/policy/token-bucket.ts";
import { HttpError } from "./http-error.ts";

/** A login that is being checked. */
export interface LoginAttempt {
  /** The password was right: the attempt does not count. */
  succeeded(): void;
}

/** Slows down whoever tries passwords. */
export interface LoginThrottle {
  /**
   * Counts an attempt. Call it before the password is checked, so that concurrent attempts count too.
   * @param address IP address of the client
   * @param account the name that was sent, whether or not it exists
   * @throws {HttpError} 429 after too many failures of the address or the account
   */
  begin(address: string, account: string): LoginAttempt;
}

/** Failures of one address: a burst, then one more every 10 s. */
const ADDRESS_RATE: Rate = { count: 8, periodMs: 80_000 };
/** Failures for one account: a burst, then one more every minute. */
const ACCOUNT_RATE: Rate = { count: 5, periodMs: 300_000 };
/** How many addresses, accounts and pairs of them are remembered. */
const MAX_REMEMBERED = 20_000;

/**
 * Creates the throttle. Failures are counted by address and by account. An address from which an account has logged in
 * before has a count of its own for that account: attempts from elsewhere do not lock its user out.
 */
export function createLoginThrottle(clock: Pick<Clock, "monotonic">): LoginThrottle {
  const addresses = createBuckets(ADDRESS_RATE, clock);
  const accounts = createBuckets(ACCOUNT_RATE, clock);
  const familiar = new Lru<string, true>(MAX_REMEMBERED, () => 1);
  return {
    begin(address, account) {
      const place = addressGroup(address);
      const name = account.slice(0, 200).toLowerCase();
      const pair = `${place} ${name}`;
      const accountKey = familiar.get(pair) === true ? pair : name;
      const waitMs = Math.max(addresses.waitMs(place), accounts.waitMs(accountKey));
      if (waitMs > 0) throw tooManyFailures(waitMs);
      addresses.take(place);
      accounts.take(accountKey);
      return {
        succeeded() {
          addresses.giveBack(place);
          accounts.giveBack(accountKey);
          familiar.set(pair, true);
        },
      };
    },
  };
}

function createBuckets(rate: Rate, clock: Pick<Clock, "monotonic">) {
  const buckets = new Lru<string, Bucket>(MAX_REMEMBERED, () => 1);
  const current = (key: string): Bucket => refill(buckets.get(key), rate, clock.monotonic());
  const change = (key: string, by: number): void => {
    const { tokens, updatedAt } = current(key);
    buckets.set(key, { tokens: Math.min(rate.count, tokens + by), updatedAt });
  };
  return {
    /** How long until another attempt is possible, in ms; 0 if one is possible now. */
    waitMs(key: string): number {
      // Rounded, because sums of fractions of tokens are not exact.
      return Math.max(0, Math.round(((1 - current(key).tokens) * rate.periodMs) / rate.count));
    },
    take: (key: string) => change(key, -1),
    giveBack: (key: string) => change(key, 1),
  };
}

function tooManyFailures(waitMs: number): HttpError {
  return new HttpError(429, "TOO_MANY_LOGINS", "Too many logins failed from this address or for this account.", {
    remedy: "Wait as long as Retry-After says. API keys go on working.",
    headers: { "retry-after": String(Math.ceil(waitMs / 1_000)) },
  });
}
