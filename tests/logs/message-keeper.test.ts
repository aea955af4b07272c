import { expect, test } from "bun:test";
import { createMessageKeeper } from "../../src/service/logs/message-keeper.ts";
import type { NewLogMessage } from "../../src/store/contract/logs.ts";
import type { Logger } from "../../src/telemetry/logger.ts";
import { createManualClock } from "../store/manual-clock.ts";

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

function setUp(append?: (messages: readonly NewLogMessage[]) => Promise<void>) {
  const clock = createManualClock();
  const stored: NewLogMessage[] = [];
  const keeper = createMessageKeeper({ logger: SILENT, threshold: "info", clock });
  const logs = { append: append ?? (async (messages: readonly NewLogMessage[]) => void stored.push(...messages)) };
  /** Lets time pass, and what it has started come to its end. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise(setImmediate);
  };
  return { pass, stored, keeper, attach: () => keeper.attach(logs) };
}

test("messages from before the store was open are stored with their ids and facts, without those of debugging", async () => {
  const { keeper, stored, attach } = setUp();
  keeper.logger.debug("little");
  keeper.logger.warn("slow", { taskId: 3, jobId: 4, executionId: 5, traceId: "ab", task: "label", ms: 7, why: "so" });
  attach();
  await keeper.stop();
  const ids = { taskId: 3, jobId: 4, executionId: 5, traceId: "ab" };
  expect(stored).toMatchObject([{ level: "warn", message: "slow ms=7 why=so", ...ids }]);
  keeper.logger.error("late");
  await keeper.stop();
  expect(stored).toHaveLength(1);
});

test("of a flood, as much is stored as the rate allows, and the rest is counted", async () => {
  const { keeper, stored, attach, pass } = setUp();
  attach();
  for (let n = 0; n < 50_000; n++) keeper.logger.info(`message ${n}`);
  await pass(200);
  expect(stored).toHaveLength(2_001);
  expect(stored.at(-1)).toMatchObject({ level: "warn", message: expect.stringContaining("count=48000") });
  // 200 more each second.
  await pass(10_000);
  for (let n = 0; n < 50_000; n++) keeper.logger.info(`again ${n}`);
  await pass(200);
  const more = stored.length - 2_001;
  expect(more).toBeGreaterThan(1_900);
  expect(more).toBeLessThan(2_200);
});

test("a store that fails is tried again later, and costs no memory", async () => {
  let tries = 0;
  let works = false;
  const stored: NewLogMessage[] = [];
  const { keeper, attach, pass } = setUp(async (messages) => {
    tries += 1;
    if (!works) throw new Error("the disk is full");
    stored.push(...messages);
  });
  attach();
  keeper.logger.error("first");
  await pass(1_000);
  expect(tries).toBe(1);
  for (let n = 0; n < 10_000; n++) keeper.logger.info(`message ${n}`);
  works = true;
  await pass(10_000);
  expect(stored.length).toBeLessThanOrEqual(2_001);
  expect(stored[0]).toMatchObject({ message: "first" });
  expect(stored.at(-1)?.message).toMatch(/count=8\d{3}$/);
});
