import { afterAll, describe, expect, test } from "bun:test";
import type { HttpRequest, HttpSend } from "../../src/domain/http.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { echo, failureOf, outputOf, run } from "../conformance/request.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

describe("rejections that nobody handled", () => {
  test("one is still known when another promise gets its place in memory and is handled", async () => {
    const error = await failureOf(
      executor,
      `async () => {
         Promise.reject(new Error("lost"));
         for (let i = 0; i < 10; i++) { const other = Promise.reject(i); other.catch(() => {}); }
         await null;
         return "done";
       }`,
    );
    expect(error).toMatchObject({ code: "TASK_FAILED", guest: { message: "lost" } });
  });

  test("a rejection that is handled later is not a failure", async () => {
    const code = `async () => {
      const late = Promise.reject(new Error("late"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return late.catch((error) => error.message);
    }`;
    expect(await outputOf(executor, code)).toBe("late");
  });

  test("a rejection while the program loads fails the program, every time", async () => {
    const code = `Promise.reject(new Error("at load")); () => 1`;
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(executor, code);
      expect(error.code).toBe("TASK_FAILED");
      expect(error.message).toContain("at load");
    }
  });
});

describe("a task that changes the built-ins that reports need", () => {
  test.each([
    "Object.prototype.toJSON = () => null;",
    "Object.prototype.toJSON = () => ({ phase: 'run' });",
    "Object.prototype.toJSON = () => ({ phase: 'run', error: { name: {}, message: [] } });",
    "Object.defineProperty(Object.prototype, 'name', { set() {}, configurable: true });",
    "JSON.stringify = () => '{';",
  ])("is still described: %s", async (tampering) => {
    const error = await failureOf(executor, `() => { ${tampering} throw new RangeError("mine"); }`);
    expect(error).toMatchObject({ code: "TASK_FAILED", guest: { name: "RangeError", message: "mine" } });
  });

  test.each([
    "String.prototype.slice = () => ({});",
    "String.prototype.split = () => { throw 1; };",
    "Array.prototype.filter = null;",
  ])("fails and nothing else: %s", async (tampering) => {
    const error = await failureOf(executor, `() => { ${tampering} throw new RangeError("mine"); }`);
    expect(error.code).toBe("TASK_FAILED");
  });

  test("a small output limit does not hide the error", async () => {
    const error = await failureOf(executor, `() => { throw new Error("said in full"); }`, {
      limits: { outputBytes: 8 },
    });
    expect(error).toMatchObject({ code: "TASK_FAILED", guest: { message: "said in full" } });
  });
});

describe("limits that are reached while the program loads", () => {
  test.each([
    ["MEMORY_LIMIT", "const all = []; for (;;) all.push(new Array(1000).fill(0)); () => 1"],
    ["STACK_LIMIT", "(function deeper() { deeper(); })(); () => 1"],
    ["TIME_LIMIT", "for (;;); () => 1"],
    ["LOG_LIMIT", "for (;;) console.log(''); () => 1"],
  ] as const)("%s", async (code, program) => {
    const limits = { timeMs: code === "TIME_LIMIT" ? 100 : 10_000, memoryBytes: 8 * 1024 * 1024 };
    expect((await failureOf(executor, program, { limits })).code).toBe(code);
    expect(await outputOf(executor, "() => 'next'")).toBe("next");
  });
});

describe("requests from a task that changes the built-ins that the guest API needs", () => {
  test.each([
    "JSON.stringify = () => 'null';",
    "Array.prototype.map = () => 'x';",
    "Object.prototype.toJSON = () => 7;",
    "Object.prototype.toJSON = () => ({ url: 'http://a.test', method: {}, headers: 5 });",
    "Array.prototype.toJSON = () => [['a', { toString() { return 'b'; } }]];",
    "String.prototype.toUpperCase = () => 5;",
  ])("are sent well formed or not at all: %s", async (tampering) => {
    const sent: HttpRequest[] = [];
    const code = `() => { ${tampering} try { return fetch("http://service.test/").status; } catch (error) { return error.name; } }`;
    const http: HttpSend = (request, signal) => {
      sent.push(request);
      return echo(request, signal);
    };
    const outcome = await run(executor, code, { http });
    expect(outcome.status === "failed" ? outcome.error.code : "").not.toBe("INTERNAL");
    for (const { method, url, headers } of sent) {
      expect([typeof method, typeof url]).toEqual(["string", "string"]);
      expect(headers.flat().every((part) => typeof part === "string")).toBe(true);
    }
  });

  test("can't have an address and headers that are larger than servers accept", async () => {
    const code = `(input) => {
      try { return fetch("http://service.test/" + "a".repeat(input)).status; } catch (error) { return error.message; }
    }`;
    expect(await outputOf(executor, code, { input: 1000 })).toBe(200);
    expect(await outputOf(executor, code, { input: 100_000 })).toContain("larger than");
  });
});

describe("bytes that the guest lends to the host", () => {
  test("end where the buffer ends now, not where it ended when the array was created", async () => {
    const code = `() => {
      const buffer = new ArrayBuffer(64, { maxByteLength: 4096 });
      const whole = new Uint8Array(buffer).fill(65);
      const tail = new Uint8Array(buffer, 32);
      buffer.resize(40);
      const decode = (view) => new TextDecoder().decode(view);
      const shrunk = [decode(whole), decode(tail)];
      buffer.resize(8);
      return [...shrunk, decode(whole), decode(tail)];
    }`;
    expect(await outputOf(executor, code)).toEqual(["A".repeat(40), "A".repeat(8), "A".repeat(8), ""]);
  });

  test("are absent after the buffer was detached", async () => {
    const code = `() => {
      const array = new Uint8Array([65, 66]);
      array.buffer.transfer();
      return [new TextDecoder().decode(array), array.length];
    }`;
    expect(await outputOf(executor, code)).toEqual(["", 0]);
  });
});

describe("memory that runs out at any point", () => {
  const EVERYTHING = `async (input, { progress }) => {
    const held = [];
    const text = "x".repeat(input.size);
    held.push(new TextEncoder().encode(text), text);
    held.push(new TextDecoder("latin1").decode(held[0]), new URL("http://a.test/?" + text.slice(0, 9_000)).search);
    held.push(fetch("http://service.test/", {}, text).body, await (await fetch("http://service.test/", { method: "POST", body: held[0] })).bytes());
    held.push(await crypto.subtle.digest("SHA-256", held[0]), crypto.getRandomValues(new Uint8Array(Math.min(input.size, 65_536))));
    console.log(text, held.length);
    progress(text.slice(0, 1_000));
    held.push(structuredClone(held.slice(0, 2)), JSON.parse(JSON.stringify([text])), btoa(text));
    await new Promise((resolve) => setTimeout(resolve, 0));
    const failed = await Promise.allSettled([Promise.reject(new ValidationError(text)), new Promise((r) => setTimeout(r, 0))]);
    held.push(failed, new Headers({ a: text.slice(0, 5_000) }));
    return held.length;
  }`;

  test("is reported as MEMORY_LIMIT at any point, and the next execution works", async () => {
    const ends = new Map<string, number>();
    for (let memoryBytes = 1.4 * 1024 * 1024; memoryBytes < 3.2 * 1024 * 1024; memoryBytes += 65_536) {
      for (const size of [1_000, 20_000, 90_000]) {
        const outcome = await run(executor, EVERYTHING, { input: { size }, limits: { memoryBytes } });
        const end = outcome.status === "completed" ? "completed" : outcome.error.code;
        ends.set(end, (ends.get(end) ?? 0) + 1);
        expect(["completed", "MEMORY_LIMIT"]).toContain(end);
        expect(await outputOf(executor, "(input) => input", { input: size })).toBe(size);
      }
    }
    expect([...ends.keys()].sort()).toEqual(["MEMORY_LIMIT", "completed"]);
  }, 120_000);
});
