import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HttpFailure, type HttpOwner, type HttpSend } from "../../src/domain/http.ts";
import { createFairShare } from "../../src/http/fair-share.ts";
import { shareConnections } from "../../src/http/share-connections.ts";
import { call, failureOf } from "../support/http-call.ts";

const owner = (task: number, execution: number): HttpOwner => ({ taskUuid: `t${task}`, executionId: `e${execution}` });

/** A caller that never leaves on its own. */
interface Caller {
  owner: HttpOwner;
  begun: boolean;
  leave: () => void;
}

function crowd(capacity: number) {
  const share = createFairShare(capacity);
  const callers = new Set<Caller>();
  return {
    share,
    callers,
    ask(who: HttpOwner): Caller {
      const caller: Caller = { owner: who, begun: false, leave: () => {} };
      callers.add(caller);
      const leave = share.enter(who, () => {
        expect(caller.begun).toBe(false);
        caller.begun = true;
      });
      caller.leave = () => {
        callers.delete(caller);
        leave();
      };
      return caller;
    },
    begun: (of: (owner: HttpOwner) => boolean = () => true) =>
      [...callers].filter((caller) => caller.begun && of(caller.owner)).length,
  };
}

/** Requests of callers, and departures of the n-th caller. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ task: fc.nat(3), execution: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ leave: fc.nat() }) },
  ),
  { maxLength: 200 },
);

describe("places are shared", () => {
  test("in every sequence: never more than the capacity, correct counts, and whoever waits has more than others could get", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (capacity, script) => {
        const { share, callers, ask, begun } = crowd(capacity);
        for (const step of script) {
          if ("task" in step) ask(owner(step.task, step.execution));
          else [...callers][step.leave % Math.max(1, callers.size)]?.leave();
          expect(share.used).toBe(begun());
          expect(share.used).toBeLessThanOrEqual(capacity);
          const free = capacity - share.used;
          for (const waiting of [...callers].filter((caller) => !caller.begun)) {
            const { taskUuid, executionId } = waiting.owner;
            const ofTask = begun((one) => one.taskUuid === taskUuid);
            const own = begun((one) => one.taskUuid === taskUuid && one.executionId === executionId);
            // A task without a place gets the next free one; one with places leaves two free for each.
            if (free > 0) expect(ofTask).toBeGreaterThan(0);
            if (own === 0) expect(free).toBeLessThanOrEqual(2 * ofTask);
            // The task could get `room` more, and the execution already has that many.
            expect(own * 3).toBeGreaterThanOrEqual(free - 2 * ofTask);
          }
        }
        while (callers.size > 0) for (const caller of [...callers]) caller.leave();
        expect(share.used).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("tasks that hoard delay nobody: a newcomer begins at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }), (hoarders, executions) => {
        const { ask } = crowd(2_048);
        for (let task = 0; task < hoarders; task++) {
          for (let i = 0; i < 2_000; i++) ask(owner(task, i % executions));
        }
        for (let i = 0; i < 10; i++) expect(ask(owner(99, 0)).begun).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("an execution that hoards places leaves as many for the others of its task", () => {
    const { ask, begun } = crowd(2_048);
    for (let i = 0; i < 3_000; i++) ask(owner(0, 0));
    expect(begun()).toBeGreaterThan(300);
    for (let i = 0; i < 100; i++) expect(ask(owner(0, 1)).begun).toBe(true);
  });

  test("a released place goes to whoever has the fewest, then by turn", () => {
    const { ask } = crowd(1);
    const first = ask(owner(0, 0));
    const order: string[] = [];
    const waiting = [owner(0, 0), owner(0, 1), owner(1, 0)].map((who) => ask(who));
    for (let last = first; waiting.some(({ begun }) => !begun); ) {
      last.leave();
      const next = waiting.find((one) => one.begun && !order.includes(JSON.stringify(one.owner)));
      if (next === undefined) throw new Error("nobody began");
      order.push(JSON.stringify(next.owner));
      last = next;
    }
    expect(order.map((text) => JSON.parse(text))).toEqual([owner(0, 0), owner(0, 1), owner(1, 0)]);
  });
});

describe("the layer", () => {
  const ok = { status: 200, statusText: "", url: "", redirected: false, headers: [], body: new Uint8Array(0) };

  test("waits for a place, releases it after a failure, and withdraws aborted requests", async () => {
    const underWay: PromiseWithResolvers<void>[] = [];
    const next: HttpSend = async () => {
      const deferred = Promise.withResolvers<void>();
      underWay.push(deferred);
      await deferred.promise;
      return { ...ok };
    };
    const send = shareConnections(next, { maxConnections: 1 });
    const first = call(send, "http://a/", { owner: owner(0, 0) });
    const controller = new AbortController();
    const second = failureOf(call(send, "http://a/", { owner: owner(1, 0), signal: controller.signal }));
    const third = call(send, "http://a/", { owner: owner(2, 0) });
    controller.abort();
    expect((await second).kind).toBe("aborted");
    expect(underWay.length).toBe(1);
    underWay[0]?.reject(new HttpFailure("network", "down"));
    expect((await failureOf(first)).message).toBe("down");
    await Promise.resolve();
    expect(underWay.length).toBe(2);
    underWay[1]?.resolve();
    expect((await third).status).toBe(200);
  });

  test("the host's own requests do not wait", async () => {
    const send = shareConnections((request) => (request.owner ? new Promise(() => {}) : Promise.resolve(ok)), {
      maxConnections: 1,
    });
    void call(send, "http://a/", { owner: owner(0, 0) });
    expect((await call(send, "http://a/")).status).toBe(200);
  });
});
