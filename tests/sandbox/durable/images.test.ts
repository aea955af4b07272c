import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import type { DurableEvent } from "../../../src/domain/durable.ts";
import type { DurablePort } from "../../../src/sandbox/engine/engine-request.ts";
import { engineRecord, engineDigest as ownDigest } from "../../../src/sandbox/engine-record.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { createPoolExecutor } from "../../../src/sandbox/pool/pool.ts";
import { type EngineAssets, loadEngineAssets } from "../../../src/sandbox/quickjs/assets.ts";
import { buildEngine } from "../../../src/sandbox/quickjs/build/prepare.ts";
import { createEngine } from "../../../src/sandbox/quickjs/engine.ts";
import { type EngineFiles, engineDigest, packEngine, unpackEngine } from "../../../src/sandbox/quickjs/engine-files.ts";
import { decodeImage } from "../../../src/sandbox/quickjs/machine/image.ts";
import { decodeMachine, encodeMachine } from "../../../src/sandbox/quickjs/machine/sleeping-machine.ts";
import { MemorySession, resolved } from "../../conformance/durable/memory-session.ts";
import { programOf } from "../../conformance/durable/run-durably.ts";
import { inTurns, runAsleep } from "../../conformance/durable/sleeping-runs.ts";
import { requestFor } from "../../conformance/request.ts";
import { engineRequestFor, portWith } from "../engine-run.ts";

const ROOT = join(import.meta.dir, "../../..");
const BODY =
  "const seen = [Math.random()]; const at = new Map([['a', 1n]]); for (let i = 0; i < 3; i++) { await context.sleep('1d'); seen.push(String(at.get('a')), await context.call('t', i), Math.random(), new URL('http://a.test/x').pathname); } return seen;";

/** An engine as a version of Ratchet that is not this one has it. */
interface OtherVersion {
  files: EngineFiles;
  digest: string;
  assets: EngineAssets;
}

async function otherVersion(change: (code: string) => string): Promise<OtherVersion> {
  const { kept: files } = await buildEngine(ROOT, change);
  const digest = engineDigest(files);
  const module = new WebAssembly.Module(files.module as Uint8Array<ArrayBuffer>);
  return { files, digest, assets: { module, image: decodeImage(files.base), foreign: { files, digest } } };
}

/** Puts a guest to sleep on an engine, at its first wait. */
async function asleepOn(assets: EngineAssets, body: string) {
  const session = new MemorySession(
    { runKey: "run", sleepAfterMs: 0, seed: "5f".repeat(32) },
    { answer: () => "later" },
  );
  let take: (event: DurableEvent) => void = () => {};
  session.attach((event) => take(event));
  const durable: DurablePort = {
    listen(listener) {
      take = listener;
    },
    send: (message, seed) => session.receive(message, seed),
  };
  const request = { ...engineRequestFor(programOf(body)), durable: session.start };
  const { asleep, failure } = await createEngine(assets).execute(request, portWith({ durable }));
  if (asleep === undefined) throw new Error(JSON.stringify(failure));
  return { asleep, session };
}

describe("guests of another version's engine", () => {
  let other: OtherVersion;
  beforeAll(async () => {
    // Everything after the padding lies at another place, and a function of the guest API differs.
    other = await otherVersion(
      (code) =>
        `globalThis.padding = Array.from({ length: 500 }, (_, i) => ({ i }));${code};globalThis.version = () => "another";`,
    );
  });

  test("have another engine, whose record survives packing", async () => {
    expect(other.digest).not.toBe((await ownDigest("quickjs")) ?? "");
    expect(other.files.base.length).not.toBe(0);
    const unpacked = unpackEngine(packEngine(other.files));
    expect(engineDigest(unpacked)).toBe(other.digest);
  });

  test.each([["inline"], ["pool"]])(
    "wake on the %s executor of this one, sleep again, and end as they should",
    async (kind) => {
      const executor = kind === "inline" ? createInlineExecutor() : createPoolExecutor({ workers: 2 });
      const body = `${BODY.replace("return seen;", "seen.push(version(), typeof padding); return seen;")}`;
      const { asleep, session } = await asleepOn(other.assets, body);
      expect(asleep.engine).toBe(other.digest);
      const record = packEngine(other.files);
      let image = asleep.image;
      let open = asleep.open;
      const host = { ...inTurns, carriesOn: true };
      let waking = new MemorySession(session.again({ sleepAfterMs: 0, image, engineRecord: record }), host);
      for (;;) {
        const outcome = await executor.execute({ ...requestFor("1"), durable: waking });
        if (outcome.status === "asleep") {
          expect(outcome.guest.engine).toBe(other.digest);
          ({ image, open } = outcome.guest);
          await waking.untilSettled(open);
          waking = new MemorySession(waking.again({ sleepAfterMs: 0, image, engineRecord: record }), host);
          continue;
        }
        if (outcome.status === "failed") throw outcome.error;
        const seen = JSON.parse(String(outcome.outputJson)) as unknown[];
        expect(seen.slice(-2)).toEqual(["another", "object"]);
        expect(seen.filter((each) => each === "call" || each === "/x")).toHaveLength(6);
        break;
      }
      await executor.stop();
    },
  );

  test("are not woken without their engine, with another one, or with a damaged one", async () => {
    const executor = createInlineExecutor();
    const { asleep, session } = await asleepOn(other.assets, BODY);
    const own = (await engineRecord("quickjs"))?.record;
    const damaged = packEngine(other.files);
    damaged[2000] = (damaged[2000] ?? 0) ^ 1;
    for (const record of [undefined, own, damaged, new Uint8Array(3)]) {
      const start = session.again({ image: asleep.image, ...(record !== undefined && { engineRecord: record }) });
      const outcome = await executor.execute({ ...requestFor("1"), durable: new MemorySession(start) });
      expect(outcome.status === "failed" && outcome.error.code).toBe("IMAGE_UNREADABLE");
    }
    await executor.stop();
  });
});

describe("images", () => {
  const executors = [createInlineExecutor(), createPoolExecutor({ workers: 2 })];
  afterAll(async () => {
    for (const executor of executors) await executor.stop();
  });

  test("wake on other threads and executors, many times in a row", async () => {
    const body = "let sum = 0; for (let i = 0; i < 40; i++) { await context.sleep('1d'); sum += i; } return sum;";
    const { output, sleeps } = await runAsleep(executors, body, { host: inTurns });
    expect([output, sleeps.length]).toEqual([780, 40]);
    const sizes = sleeps.map(({ image }) => image.length);
    expect(Math.max(...sizes.slice(20))).toBeLessThan(2 * (sizes[1] ?? 0));
  });

  test("wake in another process", async () => {
    const { asleep, session } = await asleepOn(
      await loadEngineAssets(),
      "const at = { a: [1, 2] }; await context.waitFor('x'); return [at, Math.random() < 1];",
    );
    session.settle(1, resolved());
    const start = session.again();
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "wake-elsewhere.ts")], {
      stdin: new Blob([JSON.stringify({ ...start, image: asleep.image.toBase64() })]),
      stdout: "pipe",
    });
    expect(await new Response(child.stdout).text()).toBe('[{"a":[1,2]},true]');
  });

  test("of machines without a program have no more pages than they need, because every reset copies them", async () => {
    const { image } = await loadEngineAssets();
    expect(image.memory.length / 65_536).toBeLessThanOrEqual(9);
  });

  test("of a small task take less than 10 kB", async () => {
    const { asleep } = await asleepOn(
      await loadEngineAssets(),
      "const order = { id: 5 }; await context.sleep('7d'); return order;",
    );
    expect(asleep.image.length).toBeLessThan(10_000);
  });

  test("contain every change of a memory, wherever it is", async () => {
    const { image: base } = await loadEngineAssets();
    const block = fc.record({ at: fc.nat(base.memory.length + 131_000), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 30 }), fc.string(), (changes, facts) => {
        const memory = new Uint8Array(base.memory.length + 131_072);
        memory.set(base.memory);
        for (const { at, byte } of changes) memory[at] = byte;
        const decoded = decodeMachine(base, encodeMachine(base, memory, facts));
        const restored = new Uint8Array(decoded.difference.length);
        restored.set(base.memory);
        decoded.difference.apply(restored);
        expect(Buffer.compare(restored, memory)).toBe(0);
        expect(decoded.facts).toBe(facts);
      }),
      { numRuns: 50 },
    );
  });
});
