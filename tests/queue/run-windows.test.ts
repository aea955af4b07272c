/**
 * What happens to a run in the moments between its claim, its start and its sleep reaches it all the same. The sandbox is
 * played by the tests, so that each moment lasts as long as they say.
 */
import { expect, test } from "bun:test";
import type { DurableEvent, DurableMessage, SleepingGuest } from "../../src/domain/durable.ts";
import type { JobStatus } from "../../src/domain/job.ts";
import type { TaskDefinition } from "../../src/domain/task.ts";
import type { AttemptOutcome, AttemptRequest, RunAttempt } from "../../src/execution/attempt.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createWorker } from "../../src/queue/worker.ts";
import type { DurableSession } from "../../src/sandbox/executor.ts";
import type { JobStore } from "../../src/store/contract/jobs.ts";
import type { Store } from "../../src/store/contract/store.ts";
import type { RunHostOptions } from "../../src/workflow/run-host-options.ts";
import { createRunHosts } from "../../src/workflow/run-hosts.ts";
import { createStreamNews } from "../../src/workflow/stream-news.ts";
import { openTestStore } from "../store/open-for-test.ts";
import { eventually } from "../support/eventually.ts";

const TASK = { metadata: { version: "1.0.0", label: "waits" } } as TaskDefinition;
const SEED = "00".repeat(32);
/** What a guest waits for that wakes at once: the second operation is not open. */
const AND_SETTLED = [1, 2];
const USAGE = { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 };

/** One start of the run, as the sandbox has it. */
interface Start {
  request: AttemptRequest;
  /** What the guest was told. */
  events: DurableEvent[];
  /** Asks for what the guest begins with. */
  prepare(): DurableSession;
  attach(): void;
  send(message: DurableMessage): void;
  /** Resolves when the guest was told something of this kind. */
  told(type: DurableEvent["type"]): Promise<DurableEvent>;
  fallAsleep(guest?: Partial<SleepingGuest>): void;
  complete(): void;
}

function startOf(request: AttemptRequest, end: (outcome: AttemptOutcome) => void): Start {
  const events: DurableEvent[] = [];
  let changed = Promise.withResolvers<void>();
  let session: DurableSession | undefined;
  const start: Start = {
    request,
    events,
    prepare() {
      session ??= request.durable?.(TASK);
      if (session === undefined) throw new Error("the run has no host");
      return session;
    },
    attach() {
      start.prepare().attach((event) => {
        events.push(event);
        changed.resolve();
        changed = Promise.withResolvers();
      });
    },
    send: (message) => start.prepare().receive(message, SEED),
    async told(type) {
      for (;;) {
        const found = events.find((event) => event.type === type);
        if (found !== undefined) return found;
        await changed.promise;
      }
    },
    fallAsleep(guest = {}) {
      const asked = { open: [1], operations: 1, readingsFrom: 1 };
      const asleep = { image: new Uint8Array([1]), engine: "engine-1", ...asked, ...guest };
      end({ result: { status: "asleep", guest: asleep }, version: "1.0.0", usage: USAGE });
    },
    complete: () => end({ result: { status: "completed", outputJson: "1" }, version: "1.0.0", usage: USAGE }),
  };
  return start;
}

/** Holds calls until they are let through. */
function gate() {
  let isOpen = true;
  let arrived = Promise.withResolvers<void>();
  let opened = Promise.withResolvers<void>();
  return {
    close() {
      isOpen = false;
      arrived = Promise.withResolvers();
      opened = Promise.withResolvers();
    },
    open() {
      isOpen = true;
      opened.resolve();
    },
    /** Resolves when a call is held. */
    held: () => arrived.promise,
    async pass<T>(value: T): Promise<T> {
      arrived.resolve();
      if (!isOpen) await opened.promise;
      return value;
    },
  };
}

async function setUp() {
  const opened = await openTestStore();
  const { store, taskId } = opened;
  const loads = gate();
  const claims = gate();
  const errors: unknown[] = [];
  const starts: Start[] = [];
  let onStart = Promise.withResolvers<void>();
  const run: RunAttempt = (request) =>
    new Promise((end) => {
      starts.push(startOf(request, end));
      onStart.resolve();
      onStart = Promise.withResolvers();
    });
  const worker = createWorker({
    store: heldClaims(store, claims.pass),
    clock: systemClock,
    run,
    runs: createRunHosts(hostOptions(store, loads.pass, errors)),
    concurrency: 4,
    onError: (error) => errors.push(error),
  });
  await worker.start();
  const started = async (count: number) => {
    while (starts.length < count) await onStart.promise;
    const start = starts[count - 1];
    if (start === undefined) throw new Error("there is no such start");
    return start;
  };
  const enqueue = async () => (await store.jobs.enqueue([{ taskId, inputJson: "{}" }]))[0]?.job.id ?? 0;
  return {
    ...{ ...opened, loads, claims, errors, started, enqueue, worker },
    until: (id: number, status: JobStatus) => eventually(async () => (await store.jobs.get(id))?.status === status),
    /** A run that waits for a signal, and is awake. */
    async waiting() {
      const id = await enqueue();
      const start = await started(starts.length + 1);
      start.attach();
      start.send({ type: "open", number: 1, request: { kind: "wait", name: "go" } });
      await eventually(async () => (await store.runs.open(start.request.executionId, 10)).length > 0);
      return { id, start };
    },
    async [Symbol.asyncDispose]() {
      for (const start of starts) start.complete();
      await worker.stop(0);
      await opened[Symbol.asyncDispose]();
    },
  };
}

type Pass = <T>(value: T) => Promise<T>;

/** A store whose claims reach the worker late. */
function heldClaims(store: Store, pass: Pass): Store {
  const jobs: JobStore = {
    ...store.jobs,
    async completeAndClaim(request) {
      const result = await store.jobs.completeAndClaim(request);
      return result.claimed.length > 0 ? pass(result) : result;
    },
  };
  return { ...store, jobs };
}

function hostOptions({ runs }: Store, pass: Pass, errors: unknown[]): RunHostOptions {
  return {
    runs: { ...runs, load: async (id) => pass(await runs.load(id)) },
    streams: createStreamNews(),
    clock: systemClock,
    protection: {
      protect: async (text) => text,
      restore: async (text) => text,
      seal: async (_, bytes) => bytes,
      open: async (_, bytes) => bytes,
    },
    engines: {
      keep: (engine) => runs.keepEngine({ engine, content: new Uint8Array([1]) }),
      other: async () => undefined,
    },
    childPreparation: () => () => Promise.reject(new Error("there are no children")),
    keepVersion: async () => {},
    labelOf: async () => "waits",
    sleepAfterMs: 20,
    onError: (error) => errors.push(error),
  };
}

/** Ends the run, and looks whether everything is in order. */
async function endsWell(s: Awaited<ReturnType<typeof setUp>>, id: number, start: Start, status: JobStatus) {
  start.complete();
  await s.until(id, status);
  expect([s.errors, s.problems()]).toEqual([[], []]);
}

const signal = (executionId: number) => ({
  ...{ executionId, name: "go", text: "5" },
  take: { executionId, number: 1, result: { ok: true, text: '{"ok":true,"json":"5"}' } },
});

test("a run that is cancelled when it has just fallen asleep wakes to clean up", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  await s.store.jobs.cancel(id);
  await start.told("cancel");
  // The guest has slept already when it would have been told.
  start.fallAsleep();
  const woken = await s.started(2);
  expect(woken.prepare().start).toMatchObject({ cancelled: true });
  woken.attach();
  await endsWell(s, id, woken, "cancelled");
});

test("a cancelled run that sleeps to clean up is left asleep", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  await s.store.jobs.cancel(id);
  await start.told("cancel");
  start.fallAsleep({ cancelled: true });
  await s.until(id, "sleeping");
  await s.store.runs.signal(signal(start.request.executionId));
  const woken = await s.started(2);
  woken.attach();
  await endsWell(s, id, woken, "cancelled");
});

test("a run is cancelled between the moment that its start is made up and the one that it can be told", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  start.fallAsleep();
  await s.until(id, "sleeping");
  await s.store.runs.signal({ executionId: start.request.executionId, name: "go", text: "5" });
  const woken = await s.started(2);
  expect(woken.prepare().start).toMatchObject({ cancelled: false });
  await s.store.jobs.cancel(id);
  woken.attach();
  await woken.told("cancel");
  await endsWell(s, id, woken, "cancelled");
});

for (const [what, change, told] of [
  ["cancelled", "cancel", "cancel"],
  ["paused", "pause", "sleep"],
] as const) {
  test(`a run is ${what} while it is being loaded`, async () => {
    await using s = await setUp();
    const { id, start } = await s.waiting();
    s.loads.close();
    start.fallAsleep({ open: AND_SETTLED });
    await s.loads.held();
    await s.store.jobs[change](id);
    s.loads.open();
    const woken = await s.started(2);
    woken.attach();
    if (woken.prepare().start.cancelled !== true) await woken.told(told);
    if (change === "pause") {
      woken.fallAsleep({ open: AND_SETTLED });
      await s.until(id, "paused");
      await s.store.jobs.resume(id);
      await endsWell(s, id, await s.started(3), "completed");
    } else await endsWell(s, id, woken, "cancelled");
  });
}

for (const moment of ["is being loaded", "can't be told yet"] as const) {
  test(`a signal arrives while its run ${moment}`, async () => {
    await using s = await setUp();
    const { id, start } = await s.waiting();
    const { executionId } = start.request;
    if (moment === "is being loaded") s.loads.close();
    start.fallAsleep({ open: AND_SETTLED });
    if (moment === "is being loaded") {
      await s.loads.held();
      await s.store.runs.signal(signal(executionId));
      s.loads.open();
    }
    const woken = await s.started(2);
    woken.prepare();
    if (moment === "can't be told yet") {
      await s.store.runs.signal(signal(executionId));
    }
    woken.attach();
    expect(await woken.told("settled")).toEqual({ type: "settled", number: 1, result: { ok: true, json: "5" } });
    await endsWell(s, id, woken, "completed");
  });
}

test("a run that is resumed before it could be paused gets what has happened meanwhile", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  await s.store.jobs.pause(id);
  await start.told("sleep");
  await s.store.runs.signal(signal(start.request.executionId));
  await s.store.jobs.resume(id);
  await start.told("settled");
  await endsWell(s, id, start, "completed");
});

test("a run that is cancelled while it is being paused is told so", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  await s.store.jobs.pause(id);
  await start.told("sleep");
  await s.store.jobs.cancel(id);
  await start.told("cancel");
  await endsWell(s, id, start, "cancelled");
});

test("a server that stops tells a run that it is loading", async () => {
  await using s = await setUp();
  const { id, start } = await s.waiting();
  s.loads.close();
  start.fallAsleep({ open: AND_SETTLED });
  await s.loads.held();
  const stopped = s.worker.stop(60_000);
  s.loads.open();
  const woken = await s.started(2);
  woken.attach();
  await woken.told("sleep");
  woken.fallAsleep({ open: AND_SETTLED });
  await stopped;
  expect(await s.store.jobs.get(id)).toMatchObject({ status: "sleeping" });
});

test("a job that is cancelled before its worker knows that it has claimed it is stopped at once", async () => {
  await using s = await setUp();
  s.claims.close();
  const id = await s.enqueue();
  await s.claims.held();
  expect(await s.store.jobs.cancel(id)).toMatchObject({ status: "cancelled" });
  s.claims.open();
  const { request } = await s.started(1);
  expect(request.signal.aborted).toBe(true);
});
