import { test } from "bun:test";
import fc from "fast-check";
import { createManualClock } from "./manual-clock.ts";
import { cancel, cancelAll, forget, retry, retryAll } from "./model/changing-commands.ts";
import { advance, disable, limit, limitKey, pause, setClock } from "./model/control-commands.ts";
import { enqueue } from "./model/making-commands.ts";
import type { Model, Real } from "./model/queue-model.ts";
import { claim, type Ending, finish, finishStale, loseWorker, report } from "./model/running-commands.ts";
import { addTask, openTestStore, registerWorker } from "./open-for-test.ts";

const small = fc.nat({ max: 3 });
const upTo20 = fc.nat({ max: 20 });
const wish = fc.record({
  task: small,
  key: fc.nat({ max: 2 }),
  unique: fc.nat({ max: 2 }),
  idempotency: fc.constantFrom(0, 0, 0, 1, 2),
  input: fc.nat({ max: 1 }),
  delay: fc.constantFrom(0, 0, 0, 50),
});

const commands = fc.commands(
  [
    wish.map((one) => enqueue(one)),
    fc.array(wish, { minLength: 2, maxLength: 4 }).map((several) => enqueue(...several)),
    fc.tuple(small, fc.integer({ min: 1, max: 4 })).map((args) => claim(...args)),
    fc
      .tuple(upTo20, fc.constantFrom<Ending>("completed", "failed", "retry", "released"))
      .map((args) => finish(...args)),
    fc.tuple(upTo20, fc.boolean()).map((args) => finishStale(...args)),
    fc.tuple(upTo20, small, fc.boolean()).map((args) => report(...args)),
    upTo20.map(cancel),
    upTo20.map(retry),
    small.map(cancelAll),
    fc.constantFrom("failed" as const, "cancelled" as const).map(retryAll),
    fc
      .tuple(fc.constantFrom("completed" as const, "failed" as const, "cancelled" as const), fc.nat({ max: 1 }))
      .map((args) => forget(...args)),
    fc.nat({ max: 1 }).map(loseWorker),
    fc.tuple(fc.nat({ max: 2 }), fc.boolean()).map((args) => pause(...args)),
    fc.tuple(small, fc.boolean()).map((args) => disable(...args)),
    fc.tuple(small, fc.nat({ max: 2 })).map((args) => limit(...args)),
    fc.tuple(fc.integer({ min: 1, max: 2 }), fc.nat({ max: 3 })).map((args) => limitKey(...args)),
    fc.constantFrom(10, 60, 200, 1_000, 10_000).map(advance),
    fc.constantFrom(-3_600_000, -100, 100, 3_600_000).map(setClock),
  ],
  { size: "+1" },
);

test("the store agrees with a model of the queue after any sequence of operations", async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const clock = createManualClock();
      await using opened = await openTestStore(clock);
      const tasks = [opened.taskId, await addTask(opened.store, "other")];
      await registerWorker(opened.store, "a");
      await registerWorker(opened.store, "b");
      const model: Model = {
        jobs: [],
        paused: new Set(),
        disabled: new Set(),
        allPaused: false,
        limits: new Map(),
        keyLimits: new Map(),
        born: new Map(["a", "b"].map((id) => [id, clock.now()])),
      };
      const real: Real = { test: opened, clock, tasks, workers: ["a", "b"], held: [], stale: [] };
      await fc.asyncModelRun(() => ({ model, real }), sequence);
    }),
    { numRuns: 60 },
  );
}, 60_000);
