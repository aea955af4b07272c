import { describe, expect, test } from "bun:test";
import { checkPrimeSync, pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { systemClock } from "../../src/lib/clock.ts";
import { createCryptoGate } from "../../src/sandbox/quickjs/host/cryptography/crypto-gate.ts";
import { pbkdf2 } from "../../src/sandbox/quickjs/host/cryptography/pbkdf2.ts";
import { rsaNumbers } from "../../src/sandbox/quickjs/host/cryptography/rsa-primes.ts";
import { GuestSubtle, type SubtleSurroundings } from "../../src/sandbox/quickjs/host/cryptography/subtle.ts";
import type { Delivery } from "../../src/sandbox/quickjs/host/deliveries.ts";
import { liveNondeterminism } from "../../src/sandbox/quickjs/host/journal-keeper.ts";

function result<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const HASHES = { "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" } as const;

describe("PBKDF2 in steps", () => {
  test("returns the same as OpenSSL", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 200 }),
        fc.constantFrom(...(Object.keys(HASHES) as (keyof typeof HASHES)[])),
        (password, salt, iterations, bytes, hash) => {
          const derived = result(pbkdf2({ password, salt, iterations, hash }, bytes));
          const expected =
            bytes === 0 ? "" : pbkdf2Sync(password, salt, iterations, bytes, HASHES[hash]).toString("hex");
          expect(derived.toHex()).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("RSA numbers in steps", () => {
  test.each([
    [1_024, 65_537],
    [1_032, 3],
    [2_048, 65_537],
  ])("are those of a key of %d bits with the exponent %d", (bits, exponent) => {
    const { n, e, d, p, q } = result(rsaNumbers(bits, exponent));
    expect(n.toString(2).length).toBe(bits);
    expect(p * q).toBe(n);
    expect(p > q && p - q > 1n << BigInt(bits / 2 - 100)).toBe(true);
    expect([checkPrimeSync(p), checkPrimeSync(q), e]).toEqual([true, true, BigInt(exponent)]);
    expect([(e * d) % (p - 1n), (e * d) % (q - 1n)]).toEqual([1n, 1n]);
    expect(d > 1n << BigInt(bits / 2)).toBe(true);
  });
});

describe("the gate of a thread", () => {
  test("lets one thing pass at a time, in the order of arrival, and goes on after a failure", async () => {
    const gate = createCryptoGate();
    const seen: string[] = [];
    const pass = (name: string) =>
      gate.pass(async () => {
        seen.push(`${name} in`);
        await null;
        await new Promise(setImmediate);
        seen.push(`${name} out`);
        if (name === "b") throw new Error(name);
      });
    const outcomes = await Promise.allSettled([pass("a"), pass("b"), pass("c")]);
    expect(seen).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("lets timers fire between slices of work that never waits", async () => {
    const gate = createCryptoGate();
    let fired = false;
    systemClock.after(1, () => {
      fired = true;
    });
    const compute = () => pbkdf2Sync("word", "salt", 2_000, 64, "sha512");
    for (let i = 0; i < 2_000 && !fired; i++) await gate.pass(compute);
    expect(fired).toBe(true);
  });
});

describe("the account of an execution's cryptography", () => {
  /** A WebCrypto whose answers are delivered when the test says so, and what it holds at any time. */
  function make(limit: number) {
    const held = { now: 0, most: 0 };
    const answers: Delivery[] = [];
    const arrived = Promise.withResolvers<void>();
    const surroundings: SubtleSurroundings = {
      source: liveNondeterminism({ record: false, timeZone: "UTC" }),
      gate: createCryptoGate(),
      memory: {
        hold(bytes) {
          if (held.now + bytes > limit) return false;
          held.now += bytes;
          held.most = Math.max(held.most, held.now);
          return true;
        },
        release(bytes) {
          held.now -= bytes;
        },
      },
      timeMs: 1_000,
      charge: (work) => work(),
      stop: () => {},
      deliver: (delivery) => {
        answers.push(delivery);
        arrived.resolve();
      },
    };
    return { subtle: new GuestSubtle(surroundings), held, answers, arrived: arrived.promise };
  }

  const digest = JSON.stringify({ method: "digest", algorithm: { name: "SHA-256" }, data: 0 });

  test("has the data while it waits, the result until it is delivered, and nothing then", async () => {
    const { subtle, held, answers, arrived } = make(10_000_000);
    expect(subtle.call(0, digest, [new Uint8Array(1_000_000)])).toBeUndefined();
    expect(held.now).toBeGreaterThan(1_000_000);
    await arrived;
    expect(held.now).toBe(32);
    answers[0]?.delivered?.();
    expect(held.now).toBe(0);
    expect(held.most).toBeGreaterThan(3_000_000);
  });

  test("rejects a call at once if there is no room for it, and releases its data", () => {
    const { subtle, held } = make(100_000);
    const data = new Uint8Array(200_000);
    expect(subtle.call(0, digest, [data])).toContain("QuotaExceededError");
    expect([held.now, data.length, subtle.outstanding]).toEqual([0, 0, 0]);
  });

  test("keeps keys as long as there is room for them", async () => {
    const { subtle, held, answers, arrived } = make(150_000);
    const json = JSON.stringify({
      ...{ method: "importKey", format: "raw", keyData: 0, extractable: true, keyUsages: ["sign"] },
      algorithm: { name: "HMAC", hash: "SHA-256" },
    });
    subtle.call(0, json, [new Uint8Array(20_000)]);
    await arrived;
    expect(answers[0]?.text).toContain('"key":0');
    expect(held.now).toBeGreaterThan(40_000);
    expect(subtle.call(1, digest, [new Uint8Array(110_000)])).toContain("QuotaExceededError");
  });

  test.each([
    "null",
    "[]",
    "{",
    '{"method":"constructor"}',
    '{"method":"digest","algorithm":{"name":"SHA-256"},"data":1}',
    '{"method":"digest","algorithm":{"name":"SHA-256"},"data":"0"}',
    '{"method":"digest","algorithm":{"name":["SHA-256"]},"data":0}',
    '{"method":"digest","algorithm":{"name":"constructor"},"data":0}',
    '{"method":"digest","algorithm":"SHA-256","data":0}',
    '{"method":"exportKey","format":"raw","key":0}',
    '{"method":"generateKey","algorithm":{"name":"AES-GCM","length":"128"},"extractable":true,"keyUsages":["encrypt"]}',
    '{"method":"generateKey","algorithm":{"name":"AES-GCM","length":128.5},"extractable":true,"keyUsages":["encrypt"]}',
    '{"method":"generateKey","algorithm":{"name":"AES-GCM"},"extractable":true,"keyUsages":["encrypt"]}',
    '{"method":"generateKey","algorithm":{"name":"AES-GCM","length":128},"extractable":true,"keyUsages":"encrypt"}',
    '{"method":"generateKey","algorithm":{"name":"HMAC","hash":{"name":"SHA-1"}},"extractable":true,"keyUsages":["sign"]}',
  ])("takes no call that the guest API would not make: %s", (json) => {
    const { subtle, held } = make(100_000);
    expect(JSON.parse(subtle.call(0, json, [new Uint8Array(1)]) ?? "{}")).toMatchObject({ name: "TypeError" });
    expect([held.now, subtle.outstanding]).toEqual([0, 0]);
  });
});
