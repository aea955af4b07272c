import { describe } from "bun:test";
import fc from "fast-check";
import { addTask, type Fixture, registerWorker, type StoreTest, withFixture } from "../fixture.ts";
import { cancel, cancelAll, forget, retry, retryAll } from "../model/changing-commands.ts";
import { advance, disable, limit, limitKey, pause, setClock } from "../model/control-commands.ts";
import { enqueue } from "../model/enqueueing-commands.ts";
import type { Model, Real } from "../model/queue-model.ts";
import { claim, type Ending, finish, finishStale, loseWorker, report } from "../model/running-commands.ts";

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

/** A model and a store that agree: two tasks, two workers, no jobs. */
async function begin({ store, clock, taskId }: Fixture): Promise<{ model: Model; real: Real }> {
  const tasks = [taskId, await addTask(store, "other")];
  await registerWorker(store, "w2");
  const workers = ["w1", "w2"];
  const model: Model = {
    jobs: [],
    paused: new Set(),
    disabled: new Set(),
    allPaused: false,
    limits: new Map(),
    keyLimits: new Map(),
    born: new Map(workers.map((id) => [id, clock.now()])),
  };
  return { model, real: { store, clock, tasks, workers, held: [], stale: [] } };
}

/** Random sequences of operations, compared with a model of the queue. */
export function model(test: StoreTest): void {
  describe("any sequence of operations", () => {
    test(
      "leaves the store as a model of the queue says",
      ({ backend }) =>
        fc.assert(
          fc.asyncProperty(commands, (sequence) =>
            withFixture(backend, async (fixture) => {
              const start = await begin(fixture);
              await fc.asyncModelRun(() => start, sequence);
            }),
          ),
          { numRuns: backend.sequences },
        ),
      { timeoutMs: 60_000 },
    );
  });
}
