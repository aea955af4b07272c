/** Whom credentials identify that are not accepted, or not even checked: the audit log names them. */
import { expect, test } from "bun:test";
import { createCredentialCache } from "../../src/access/credential-cache.ts";
import { createTokenAuthenticator } from "../../src/access/jwt/token-authenticator.ts";
import { createKeyAuthenticator } from "../../src/access/key-authenticator.ts";
import { createLastUses } from "../../src/access/last-uses.ts";
import { createSessionAuthenticator } from "../../src/access/session-authenticator.ts";
import type { FoundKey, FoundSession } from "../../src/domain/credentials.ts";
import { systemClock } from "../../src/lib/clock.ts";

const HOUR = 3_600_000;

function keysWith(more: Partial<FoundKey>) {
  let reads = 0;
  const found: FoundKey = { id: 1, name: "ci", role: "viewer", tasks: null, expiresAt: null, revokedAt: null, ...more };
  const keys = createCredentialCache(systemClock, async () => {
    reads += 1;
    return found;
  });
  const noted: number[] = [];
  const lastUses = {
    ...createLastUses<number>(
      systemClock,
      async () => {},
      () => {},
    ),
    note: (id: number) => void noted.push(id),
  };
  const authenticator = createKeyAuthenticator({ keys, lastUses, clock: systemClock });
  return { authenticator, noted, reads: () => reads };
}
const KEY = new Headers({ authorization: "Bearer rtk_abc" });

test("a key that was revoked or has expired still says whose it was", async () => {
  for (const more of [{ revokedAt: 1 }, { expiresAt: 1 }]) {
    expect(await keysWith(more).authenticator.authenticate(KEY, false)).toMatchObject({
      identity: { kind: "key", name: "ci" },
    });
  }
});

test("a key is recalled only after it was read, and recalling reads and notes nothing", async () => {
  const { authenticator, noted, reads } = keysWith({});
  expect(authenticator.recall(KEY, false)).toBeUndefined();
  expect(reads()).toBe(0);
  await authenticator.authenticate(KEY, false);
  expect(authenticator.recall(KEY, false)).toEqual({ kind: "key", name: "ci" });
  expect(authenticator.recall(new Headers(), false)).toBeUndefined();
  expect(authenticator.recall(new Headers({ "x-api-key": `rtk_${"a".repeat(300)}` }), false)).toBeUndefined();
  expect([reads(), noted]).toEqual([1, [1]]);
});

test("a session is recalled, and one that has ended still says whose it was", async () => {
  const now = Date.now();
  const cookie = new Headers({ cookie: "ratchet_session=abc" });
  for (const expiresAt of [now + HOUR, now - 1]) {
    const session: FoundSession = {
      principal: { kind: "user", name: "ada", role: "viewer" },
      usedAt: now,
      idleUntil: now + HOUR,
      expiresAt,
    };
    const sessions = createCredentialCache(systemClock, async () => session);
    const lastUses = createLastUses<string>(
      systemClock,
      async () => {},
      () => {},
    );
    const authenticator = createSessionAuthenticator({ sessions, lastUses, clock: systemClock, idleMs: HOUR });
    expect(authenticator.recall(cookie, false)).toBeUndefined();
    const found = await authenticator.authenticate(cookie, false);
    expect(found).toMatchObject(
      expiresAt > now ? { principal: session.principal } : { identity: { kind: "user", name: "ada" } },
    );
    expect(authenticator.recall(cookie, false)).toEqual({ kind: "user", name: "ada" });
    await lastUses.flush();
  }
});

test("a token is recalled after it was verified", async () => {
  const principal = { kind: "jwt", name: "robot", role: "viewer" } as const;
  const verify = async () => ({ principal, expiresAt: Date.now() + HOUR });
  const authenticator = createTokenAuthenticator(verify, systemClock);
  const token = new Headers({ authorization: "Bearer a.b.c" });
  expect(authenticator.recall(token, false)).toBeUndefined();
  await authenticator.authenticate(token, false);
  expect(authenticator.recall(token, false)).toEqual({ kind: "jwt", name: "robot" });
});
