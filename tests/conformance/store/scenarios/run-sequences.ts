import { describe, expect } from "bun:test";
import fc from "fast-check";
import { registerWorker, type StoreTest, withFixture } from "../fixture.ts";
import {
  act,
  advance,
  ask,
  claim,
  type Deed,
  decide,
  drain,
  type Ending,
  enqueue,
  finish,
  goAnotherWay,
  loseWorker,
  type Runs,
  settle,
  signal,
} from "../model/run-commands.ts";

const small = fc.nat({ max: 3 });
const upTo20 = fc.nat({ max: 20 });
const number = fc.integer({ min: 1, max: 4 });

const endings: readonly Ending[] = [
  "completed",
  "completed",
  "failed",
  "retry",
  "released",
  "renewed",
  "stopped",
  "attention",
  "asleep",
  "asleep",
  "asleep",
];
const deeds: readonly Deed[] = ["cancel", "kill", "pause", "resume", "resume", "retry"];

const commands = fc.commands(
  [
    fc.constant(enqueue),
    fc.tuple(small, fc.integer({ min: 1, max: 4 })).map((args) => claim(...args)),
    fc.tuple(upTo20, fc.nat({ max: 9 })).map((args) => ask(...args)),
    fc.tuple(upTo20, fc.nat({ max: 9 })).map((args) => ask(...args)),
    fc.tuple(upTo20, number).map((args) => settle(...args)),
    fc.tuple(upTo20, number).map((args) => goAnotherWay(...args)),
    fc.tuple(upTo20, fc.constantFrom(...endings)).map((args) => finish(...args)),
    fc.tuple(upTo20, fc.constantFrom(...deeds)).map((args) => act(...args)),
    fc.tuple(upTo20, fc.boolean()).map((args) => signal(...args)),
    fc.tuple(upTo20, fc.boolean()).map((args) => decide(...args)),
    fc.nat({ max: 1 }).map(loseWorker),
    fc.constantFrom(10, 100, 10_000).map(advance),
  ],
  { size: "+1" },
);

/** Random sequences of what happens to runs. */
export function runSequences(test: StoreTest): void {
  describe("whatever happens to runs", () => {
    test(
      "what the store has is consistent, and everything can come to its end",
      ({ backend }) =>
        fc.assert(
          fc.asyncProperty(commands, (sequence) =>
            withFixture(backend, async (s) => {
              await registerWorker(s.store, "w2");
              const real: Runs = { s, workers: ["w1", "w2"], held: [], numbers: new Map() };
              await fc.asyncModelRun(() => ({ model: {}, real }), sequence);
              expect(await s.maintenance.check()).toEqual([]);
              await drain(real);
              expect(await s.maintenance.check()).toEqual([]);
            }),
          ),
          { numRuns: backend.sequences },
        ),
      { timeoutMs: 120_000 },
    );
  });
}
