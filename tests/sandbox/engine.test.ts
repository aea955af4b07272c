import { describe, expect, test } from "bun:test";
import { loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { jsonResponse } from "../conformance/request.ts";
import { engineRequestFor, portWith } from "./engine-run.ts";

const assets = await loadEngineAssets();

/** Counts the instances of WebAssembly modules made while `work` runs. */
async function instancesMade(work: () => Promise<unknown>): Promise<number> {
  const Original = WebAssembly.Instance;
  let made = 0;
  WebAssembly.Instance = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given);
      made += 1;
    }
  };
  try {
    await work();
  } finally {
    WebAssembly.Instance = Original;
  }
  return made;
}

describe("the machines that an engine keeps", () => {
  /** So many guests at once, all waiting, each with this much memory of its own. */
  async function burst(engine: ReturnType<typeof createEngine>, guests: number, bytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    const fetch = async () => {
      waiting += 1;
      if (waiting === guests) resolve();
      await promise;
      return jsonResponse(1);
    };
    const code =
      "(input) => { const own = new Uint8Array(input); return fetch('http://service.test/').status + own.length * 0; }";
    const request = engineRequestFor(code, { input: bytes, limits: { timeMs: 110_000 } });
    const results = await Promise.all(
      Array.from({ length: guests }, () => engine.execute(request, portWith({ fetch }))),
    );
    expect(results.map(({ outputJson }) => outputJson)).toEqual(Array(guests).fill("200"));
  }

  test("small machines are used again after a burst", async () => {
    const engine = createEngine(assets);
    await burst(engine, 40, 1_000);
    expect(await instancesMade(() => burst(engine, 40, 1_000))).toBe(0);
  }, 120_000);

  test("grown machines are kept up to a total size, very large ones never", async () => {
    const engine = createEngine(assets);
    await burst(engine, 30, 12_000_000);
    const made = await instancesMade(() => burst(engine, 30, 1_000));
    expect(made).toBeGreaterThanOrEqual(9); // 256 MB hold 19 of them
    const other = createEngine(assets);
    await burst(other, 3, 30_000_000);
    expect(await instancesMade(() => burst(other, 3, 1_000))).toBe(3);
  }, 120_000);
});

describe("a request that can't be run", () => {
  test("is a failure, not a rejection", async () => {
    const engine = createEngine(assets);
    const request = engineRequestFor("() => 1");
    const broken = {
      ...request,
      replay: { seed: "?", startedAt: 0, timeZone: "UTC", clock: [], random: [], hostTexts: [], deliveries: [] },
    };
    expect((await engine.execute(broken, portWith())).failure?.code).toBe("INTERNAL");
    expect((await engine.execute(request, portWith())).outputJson).toBe("1");
  });

  test("nor is an engine that can't create another machine", async () => {
    const engine = createEngine({ ...assets, module: {} as WebAssembly.Module });
    expect((await engine.execute(engineRequestFor("() => 1"), portWith())).failure?.code).toBe("INTERNAL");
  });
});
