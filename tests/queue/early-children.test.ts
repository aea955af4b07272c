/** Children that run before they are stored, and runs that know results before those are. */
import { expect, test } from "bun:test";
import type { DurableEvent, DurableResult } from "../../src/domain/durable.ts";
import type { HttpRequest } from "../../src/domain/http.ts";
import type { TaskDefinition } from "../../src/domain/task.ts";
import type { AttemptOutcome, AttemptRequest, RunAttempt } from "../../src/execution/attempt.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createQueue } from "../../src/queue/queue.ts";
import { createWorker } from "../../src/queue/worker.ts";
import type { DurableSession } from "../../src/sandbox/executor.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { createRunHosts } from "../../src/workflow/run-hosts.ts";
import { createStreamNews } from "../../src/workflow/stream-news.ts";
import { openTestStore } from "../store/open-for-test.ts";

const completed = (outputJson: string): AttemptOutcome => ({
  result: { status: "completed", outputJson },
  version: "1.0.0",
  usage: { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 },
});

const TASK = { metadata: { version: "1.0.0", label: "addition" } } as TaskDefinition;
const REQUEST: HttpRequest = { method: "GET", url: "http://host.test/", headers: [], body: null };

/** What a scripted run asks for. */
interface Run {
  request: AttemptRequest;
  session: DurableSession;
  /** Resolves to the result of a call. */
  call(number: number): Promise<DurableResult>;
}

/** A queue whose jobs with the input "parent" are runs that do what `parent` says; all others do what `child` says. */
async function setUp(parent: (run: Run) => Promise<string>, child: (request: AttemptRequest) => Promise<string>) {
  const opened = await openTestStore();
  const { store, taskId } = opened;
  const gate = createGate();
  const errors: unknown[] = [];
  const held: Store = {
    ...store,
    jobs: {
      ...store.jobs,
      async completeAndClaim(request) {
        await gate.opened();
        return store.jobs.completeAndClaim(request);
      },
    },
  };
  const run: RunAttempt = async (request) => {
    if (request.inputJson !== '"parent"') return completed(await child(request));
    const session = request.durable?.(TASK);
    if (session === undefined) throw new Error("there is no host");
    return completed(await parent({ request, session, call: caller(session) }));
  };
  const same = async (text: string) => text;
  const runs = createRunHosts({
    runs: store.runs,
    streams: createStreamNews(),
    clock: systemClock,
    protection: { protect: same, restore: same, seal: async (_, bytes) => bytes, open: async (_, bytes) => bytes },
    engines: { keep: async () => {}, other: async () => undefined },
    childPreparation:
      () =>
      async ({ input }) => ({
        job: { taskId, inputJson: input },
        label: "addition",
        hasRetryPolicy: false,
        takesStream: false,
      }),
    keepVersion: async () => {},
    labelOf: async () => "addition",
    sleepAfterMs: 1_000,
    onError: (error) => errors.push(error),
  });
  const onError = (error: unknown) => errors.push(error);
  const worker = createWorker({ store: held, clock: systemClock, run, runs, concurrency: 8, leaseMs: 300, onError });
  await worker.start();
  const queue = createQueue({ store });
  const [job] = await queue.enqueue([{ taskId, inputJson: '"parent"' }]);
  return {
    ...opened,
    gate,
    errors,
    ended: () => queue.wait(job?.job.id ?? 0, AbortSignal.timeout(60_000)),
    async [Symbol.asyncDispose]() {
      gate.open();
      await worker.stop(0);
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** What holds the store up while it is closed. */
function createGate() {
  let whenOpen = Promise.resolve();
  let open = () => {};
  return {
    opened: () => whenOpen,
    close() {
      whenOpen = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

function caller(session: DurableSession): Run["call"] {
  const waiting = new Map<number, (result: DurableResult) => void>();
  session.attach((event: DurableEvent) => {
    if (event.type === "settled") waiting.get(event.number)?.(event.result);
  });
  return (number) =>
    new Promise((resolve) => {
      waiting.set(number, resolve);
      const request = { kind: "call", task: "addition", input: String(number) } as const;
      session.receive({ type: "open", number, request }, "00");
    });
}

test("a run knows the result of its child before that is stored, and neither sends anything until then", async () => {
  const sent: string[] = [];
  const isHeld: Record<string, boolean> = {};
  let childId = 0;
  const send = async (what: string, { holdBack }: AttemptRequest) => {
    const held = holdBack?.(REQUEST);
    isHeld[what] = held !== undefined;
    await held;
    sent.push(what);
  };
  await using s = await setUp(
    async ({ request, call }) => {
      await send("at first", request);
      expect(await call(1)).toEqual({ ok: true, json: "10" });
      s.gate.close();
      expect(await call(2)).toEqual({ ok: true, json: "20" });
      expect(await call(3)).toEqual({ ok: true, json: "30" });
      // Nothing of it is stored.
      expect(await s.store.executions.get(childId)).toBeUndefined();
      const after = send("after calls", request);
      expect(sent).toEqual(["at first"]);
      s.gate.open();
      await after;
      expect(await s.store.executions.get(childId)).toMatchObject({ status: "completed", outputJson: "30" });
      return '"done"';
    },
    async ({ inputJson, executionId }) => {
      childId = executionId;
      return `${Number(inputJson) * 10}`;
    },
  );
  expect(await s.ended()).toMatchObject({ status: "completed" });
  expect(isHeld).toEqual({ "at first": false, "after calls": true });
  expect(s.errors).toEqual([]);
  expect(s.problems()).toEqual([]);
});

test("what a child sends waits until the child is stored", async () => {
  let isStored: boolean | undefined;
  await using s = await setUp(
    async ({ call }) => {
      await call(1);
      s.gate.close();
      const second = call(2);
      s.gate.open();
      await second;
      return "1";
    },
    async ({ inputJson, executionId, holdBack }) => {
      if (inputJson !== "2") return "1";
      expect(await s.store.executions.get(executionId)).toBeUndefined();
      await holdBack?.(REQUEST);
      isStored = (await s.store.executions.get(executionId))?.status === "running";
      return "1";
    },
  );
  expect(await s.ended()).toMatchObject({ status: "completed" });
  expect(isStored).toBe(true);
  expect(s.problems()).toEqual([]);
});

test("lines of the log that a child writes early are kept", async () => {
  await using s = await setUp(
    async ({ call }) => {
      for (let number = 1; number <= 3; number++) await call(number);
      return "1";
    },
    async ({ inputJson, onLog }) => {
      onLog({ level: "info", message: `line of ${inputJson}`, time: 1 });
      return "1";
    },
  );
  expect(await s.ended()).toMatchObject({ status: "completed" });
  const { items } = await s.store.executions.list({}, { limit: 10 });
  const lines = await Promise.all(items.map(async ({ id }) => s.store.executions.logs(id, 10)));
  expect(
    lines
      .flat()
      .map(({ message }) => message)
      .sort(),
  ).toEqual(["line of 1", "line of 2", "line of 3"]);
  expect(s.problems()).toEqual([]);
});

test("a run that was told what does not hold goes on from its journal, and nothing it did since is stored", async () => {
  const seen: (DurableResult | undefined)[] = [];
  const ends: boolean[] = [];
  await using s = await setUp(
    async ({ request, session, call }) => {
      const { recorded } = session.start;
      if (recorded !== undefined) {
        // The second time: the child was killed, whatever it has returned.
        seen.push(...recorded.map(({ result }) => result));
        return '"from the journal"';
      }
      await call(1);
      const second = await call(2);
      expect(second).toEqual({ ok: true, json: "2" });
      await call(3);
      const held = request.holdBack?.(REQUEST);
      await expect(held).rejects.toThrow();
      ends.push(request.signal.aborted);
      return '"misled"';
    },
    async ({ inputJson, executionId, holdBack }) => {
      if (inputJson !== "2") return String(inputJson);
      await holdBack?.(REQUEST);
      // Another process kills it, of which this one does not know.
      const other = openStore({ url: s.url, clock: systemClock, onListenerError: () => {} });
      const jobId = (await other.executions.get(executionId))?.jobId ?? 0;
      await other.jobs.kill(jobId);
      await other.close();
      return "2";
    },
  );
  const job = await s.ended();
  expect(job).toMatchObject({ status: "completed", attempts: 1 });
  expect((await s.store.executions.get(job.executionId ?? 0))?.outputJson).toBe('"from the journal"');
  expect(ends).toEqual([true]);
  expect(seen.map((result) => result?.ok)).toEqual([true, false]);
  expect(s.problems()).toEqual([]);
});

test("the log and the progress of a run that is always ahead of the disk can be read while it runs", async () => {
  let lines = 0;
  await using s = await setUp(
    async ({ request, call }) => {
      request.onLog({ level: "info", message: "on its way", time: 1 });
      for (let number = 1; lines === 0; number++) {
        await call(number);
        lines = (await s.store.executions.logs(request.executionId, 10)).length;
      }
      return "1";
    },
    async () => "1",
  );
  expect(await s.ended()).toMatchObject({ status: "completed" });
  expect(lines).toBe(1);
  expect(s.problems()).toEqual([]);
});

test("the children of a run whose worker was lost are stored before they start, since one of them may be the reason", async () => {
  const begun: string[] = [];
  await using s = await setUp(
    async ({ request, call }) => {
      if (request.attempt === 1) {
        const [row] = await s.store.workers.list();
        const lost = new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        for (let rescued = 0; rescued === 0; ) {
          rescued = (await s.store.workers.rescue(row?.id ?? "", (await s.store.workers.list())[0]?.beat ?? 0)).rescued
            .length;
        }
        await lost;
        return "1";
      }
      await call(1);
      s.gate.close();
      const second = call(2);
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
      expect(begun).toEqual(["1"]);
      s.gate.open();
      await second;
      return "2";
    },
    async ({ inputJson }) => {
      begun.push(String(inputJson));
      return "1";
    },
  );
  expect(await s.ended()).toMatchObject({ status: "completed", rescues: 1, attempts: 2 });
  expect(begun).toEqual(["1", "2"]);
  expect(s.problems()).toEqual([]);
});
