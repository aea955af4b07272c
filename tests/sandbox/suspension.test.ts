import { describe, expect, test } from "bun:test";
import type { HttpResponse } from "../../src/domain/http.ts";
import { loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { createEngine } from "../../src/sandbox/quickjs/engine.ts";
import { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { jsonResponse } from "../conformance/request.ts";
import { eventually, nextMillisecond } from "../support/eventually.ts";
import { engineRequestFor, portWith, runOn } from "./engine-run.ts";

const assets = await loadEngineAssets();
const { module, image } = assets;

/** A fetch that is answered when the test says so. */
function held() {
  const { promise: answer, resolve } = Promise.withResolvers<HttpResponse>();
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  let count = 0;
  return {
    asked,
    count: () => count,
    release: (value: string) => resolve(jsonResponse(value)),
    fetch: () => {
      count += 1;
      onAsked();
      return answer;
    },
  };
}

describe("a guest that is suspended in a synchronous fetch", () => {
  test("leaves its thread to others, which compute, suspend, begin and end meanwhile", async () => {
    const engine = createEngine(assets);
    const first = held();
    const order: string[] = [];
    const code =
      "(input) => { let n = 0; for (let i = 0; i < 1e5; i++) n += i; return [input, n, fetch('http://service.test/').body, n]; }";
    const suspended = engine
      .execute(engineRequestFor(code, { input: "a" }), portWith({ fetch: first.fetch }))
      .then((result) => {
        order.push("a");
        return result;
      });
    await first.asked;
    const second = held();
    const other = engine
      .execute(engineRequestFor(code, { input: "b" }), portWith({ fetch: second.fetch }))
      .then((result) => {
        order.push("b");
        return result;
      });
    await second.asked;
    const third = await engine.execute(engineRequestFor("() => [1, 2, 3].map((n) => n * n)"), portWith());
    order.push("c");
    second.release("for b");
    const b = await other;
    first.release("for a");
    const a = await suspended;
    expect(order).toEqual(["c", "b", "a"]);
    expect([a.outputJson, b.outputJson, third.outputJson]).toEqual([
      '["a",4999950000,"for a",4999950000]',
      '["b",4999950000,"for b",4999950000]',
      "[1,4,9]",
    ]);
  });

  test("can be suspended after an await, from within built-ins, and repeatedly", async () => {
    const machine = new Machine(module);
    const code = `async () => {
      await null;
      const seen = [];
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        seen.push([2, 1].sort((a, b) => (fetch("http://service.test/" + i).ok ? a - b : 0))[0]);
      }
      return seen;
    }`;
    expect((await runOn(machine, image, code, { port: { fetch: async () => jsonResponse(1) } })).outputJson).toBe(
      "[1,1,1,1,1]",
    );
  });

  test("is not interrupted by a due timer or an arriving response: both are delivered after it", async () => {
    const call = held();
    const order: string[] = [];
    const code = `async () => {
      setTimeout(() => console.log("timer"), 0);
      fetch("http://service.test/other").then(() => console.log("other answer"));
      console.log("before");
      fetch("http://service.test/held").status;
      console.log("after");
      await null;
      console.log("still the same turn");
      await new Promise((resolve) => setTimeout(resolve, 5));
      return "done";
    }`;
    const running = runOn(new Machine(module), image, code, {
      port: {
        fetch: async (request) => (request.url.endsWith("held") ? call.fetch() : jsonResponse(1)),
        log: ({ message }) => void order.push(message),
      },
    });
    await call.asked;
    await nextMillisecond(); // now the timer is due, and the other answer is there
    await new Promise(setImmediate);
    expect(order).toEqual(["before"]);
    call.release("now");
    expect((await running).outputJson).toBe('"done"');
    expect(order.slice(0, 3)).toEqual(["before", "after", "still the same turn"]);
    expect(order.slice(3).sort()).toEqual(["other answer", "timer"]);
  });

  test("is unwound at its time limit, and its machine is discarded", async () => {
    const machine = new Machine(module);
    const result = await runOn(
      machine,
      image,
      "() => { try { fetch('http://service.test/').status; } catch { return 'caught'; } finally { for (;;); } }",
      {
        given: { limits: { timeMs: 30 } },
        port: { fetch: () => new Promise(() => {}) },
      },
    );
    expect(result).toMatchObject({ broken: true, failure: { code: "TIME_LIMIT" } });
  });

  test("many of them wait in one thread at once", async () => {
    const engine = createEngine(assets);
    const all = held();
    const runs = Array.from({ length: 100 }, (_, i) =>
      engine.execute(
        engineRequestFor("(input) => [input, fetch('http://service.test/').body]", { input: i }),
        portWith({ fetch: all.fetch }),
      ),
    );
    await eventually(() => all.count() === 100);
    all.release("all");
    const outputs = (await Promise.all(runs)).map(({ outputJson }) => outputJson);
    expect(outputs).toEqual(Array.from({ length: 100 }, (_, i) => `[${i},"all"]`));
  }, 120_000);
});
