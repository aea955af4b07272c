import { describe, expect, test } from "bun:test";
import type { Journal } from "../../../src/domain/recording.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { late } from "../../support/late.ts";
import { echo, type Given, jsonResponse, outputOf, run } from "../request.ts";

/** Programs whose output depends on what differs from run to run. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "clock reads":
    "() => { const at = []; for (let i = 0; i < 500; i++) at.push(Date.now(), performance.now()); return [at, new Date().toISOString()]; }",
  "Math.random": "() => [Math.random(), Math.random(), [3, 1, 2].sort(() => Math.random() - 0.5)]",
  "randomness and clock at the top level":
    "const at = Date.now(); const r = Math.random(); () => [at, r, Math.random()]",
  "Intl and local time":
    "const top = new Date(2024, 0, 1).getTime(); () => [top, new Date(2024, 6, 1).getTime(), Date.parse('2024-07-01T00:00'), (1.5).toLocaleString('de'), Temporal.Now.plainDateTimeISO().toString(), new Date().toLocaleString('fr', { timeZone: 'Asia/Tokyo' })]",
  "crypto random": "() => [crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(40))]]",
  "a loop until a time":
    "() => { const end = Date.now() + 15; let turns = 0; while (Date.now() < end) turns += 1; return turns; }",
  "order of timers": `async () => {
    const order = [];
    const start = performance.now();
    await Promise.all(Array.from({ length: 30 }, (_, i) => new Promise((resolve) => setTimeout(() => {
      order.push(i, Math.round((performance.now() - start) * 1000));
      resolve();
    }, Math.random() * 5))));
    return order;
  }`,
  intervals: `() => new Promise((resolve) => {
    const at = [];
    const id = setInterval(() => { at.push(performance.now()); if (at.length === 5) { clearInterval(id); resolve(at); } }, 1);
  })`,
  "order of answers": `async () => {
    const order = [];
    await Promise.all(Array.from({ length: 12 }, (_, i) => fetch("http://service.test/" + i).then(() => order.push(i))));
    return order;
  }`,
  "answers, timers and synchronous calls mixed": `async () => {
    const order = [];
    const note = (name) => order.push(name + "@" + Math.round(performance.now() * 1000));
    setTimeout(() => note("timer"), 2);
    const call = fetch("http://service.test/1").then(() => note("async"));
    fetch("http://service.test/2").status;
    note("sync");
    await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 3))]);
    note("race");
    return order;
  }`,
  "random bytes of keys and signatures": `async () => {
    const { subtle } = crypto;
    const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
    const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new Uint8Array(3));
    return [await subtle.exportKey("jwk", pair.publicKey), [...new Uint8Array(await subtle.exportKey("raw", key))], [...new Uint8Array(signature)]];
  }`,
  "order of answers and cryptography": `async () => {
    const order = [];
    await Promise.all([
      fetch("http://service.test/1").then(() => order.push("fetch")),
      crypto.subtle.digest("SHA-256", new Uint8Array(200_000)).then(() => order.push("digest")),
      new Promise((resolve) => setTimeout(resolve, 1)).then(() => order.push("timer")),
    ]);
    return order;
  }`,
};

/** Responds after a time of its own. */
const slowly = late(() => Math.random() * 6, echo);

/** With its journal, an execution takes the same path again. */
export function recordingScenarios(executor: () => Executor): void {
  async function record(code: string, given: Given = {}): Promise<{ journal: Journal; output: unknown }> {
    const journals: Journal[] = [];
    const output = await outputOf(executor(), code, { ...given, onJournal: (journal) => journals.push(journal) });
    const [journal] = journals;
    if (journal === undefined || journals.length !== 1) throw new Error(`got ${journals.length} journals`);
    return { journal: JSON.parse(JSON.stringify(journal)) as Journal, output };
  }

  describe("recording and replay", () => {
    for (const [name, code] of Object.entries(PROGRAMS)) {
      test(`${name}: the replay gives the same result`, async () => {
        const { journal, output } = await record(code, { http: slowly });
        for (let i = 0; i < 3; i++) {
          expect(await outputOf(executor(), code, { http: slowly, replay: journal })).toEqual(output as never);
        }
      });
    }

    test("a program that others share is recorded from its first line", async () => {
      const code = "let n = 0; const first = Math.random(); () => [first, Math.random(), (n += 1)]";
      await outputOf(executor(), code);
      const { journal, output } = await record(code);
      await outputOf(executor(), code);
      expect(await outputOf(executor(), code, { replay: journal })).toEqual(output as never);
    });

    test("a replay has the journal's time zone, and what Intl said then", async () => {
      const code = "() => [new Date(2024, 0, 1).getTime(), (1234.5).toLocaleString('de')]";
      const { journal, output } = await record(code, { timeZone: "Asia/Tokyo" });
      expect(output).toEqual([1704034800000, "1.234,5"]);
      expect(journal.timeZone).toBe("Asia/Tokyo");
      expect(await outputOf(executor(), code, { replay: journal })).toEqual(output as never);
      const hostTexts = journal.hostTexts.map(([text, times]): [string, number] => [
        text.replace("1.234,5", "1 234,5"),
        times,
      ]);
      expect(await outputOf(executor(), code, { replay: { ...journal, hostTexts } })).toEqual([
        1704034800000,
        "1 234,5",
      ]);
    });

    test("a replay does not wait for timers", async () => {
      const code =
        "async () => { for (let i = 0; i < 5; i++) await new Promise((r) => setTimeout(r, 100)); return 'done'; }";
      const { journal } = await record(code);
      // Less time than all timers together.
      expect(await outputOf(executor(), code, { replay: journal, limits: { timeMs: 450 } })).toBe("done");
    });

    test("a failed execution has a journal too, and fails the same way in a replay", async () => {
      const code =
        "async () => { await new Promise((r) => setTimeout(r, 1)); throw new Error(String(Math.random())); }";
      const journals: Journal[] = [];
      const outcome = await run(executor(), code, { onJournal: (journal) => journals.push(journal) });
      const [journal] = journals;
      if (outcome.status !== "failed" || journal === undefined) throw new Error("it has to fail with a journal");
      const again = await run(executor(), code, { replay: journal });
      expect(again).toMatchObject({ status: "failed", error: { message: outcome.error.message } });
    });

    test("a replay with a journal of another program ends with some outcome", async () => {
      const { journal } = await record(
        "async () => { await fetch('http://service.test/'); await fetch('http://service.test/'); }",
      );
      const other =
        "async () => { await new Promise((r) => setTimeout(r, 20)); return (await fetch('http://service.test/')).status; }";
      expect(await outputOf(executor(), other, { replay: journal })).toBe(200);
    });

    test.each([
      [
        "an empty journal",
        {
          seed: "0000000000000001",
          startedAt: 0,
          timeZone: "UTC",
          clock: [],
          random: [],
          hostTexts: [],
          deliveries: [],
        },
      ],
      [
        "one that starts with a kind nobody knows",
        {
          ...{ seed: "1", startedAt: 0, timeZone: "UTC", clock: [["1", 0]], random: ["!"], hostTexts: [["", 0]] },
          deliveries: [{ kind: "odd", index: -1 }],
        },
      ],
      [
        "one that is no journal",
        { seed: "not a number", startedAt: Number.NaN, clock: [["x", 1]], random: [], deliveries: [] },
      ],
    ])("%s crashes nothing", async (_name, journal) => {
      const code =
        "async () => { await new Promise((r) => setTimeout(r, 1)); return [typeof Date.now(), typeof crypto.randomUUID()]; }";
      const outcome = await run(executor(), code, { replay: journal as Journal, limits: { timeMs: 2_000 } });
      expect(outcome.status === "completed" || outcome.error.code !== "TIME_LIMIT").toBe(true);
      expect(await outputOf(executor(), "() => 'next'")).toBe("next");
    });

    test("past the end of a journal, timers fire by their time", async () => {
      const code = `async () => {
        const order = [];
        await new Promise((resolve) => {
          setTimeout(() => { order.push("late"); resolve(); }, 50);
          const id = setInterval(() => { order.push("often"); if (order.length > 100) resolve(); }, 20);
        });
        return order;
      }`;
      const journal: Journal = {
        ...{ seed: "0000000000000001", startedAt: 0, timeZone: "UTC", clock: [], random: [], hostTexts: [] },
        deliveries: [],
      };
      expect(await outputOf(executor(), code, { replay: journal })).toEqual(["often", "often", "late"]);
    });

    test("the recorded responses replace the network", async () => {
      const code = "async () => (await fetch('http://service.test/')).json()";
      const { journal, output } = await record(code, { http: async () => jsonResponse("live") });
      expect(output).toBe("live");
      expect(await outputOf(executor(), code, { replay: journal, http: async () => jsonResponse("kept") })).toBe(
        "kept",
      );
    });
  });
}
