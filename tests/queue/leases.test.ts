import { describe, expect, test } from "bun:test";
import { createLeaseKeeper } from "../../src/queue/lease-keeper.ts";
import { isCertainlyDead, processIdentity } from "../../src/queue/process-identity.ts";
import { createManualClock } from "../store/manual-clock.ts";
import { openTestStore } from "../store/open-for-test.ts";

const self = processIdentity();

describe("a process is certainly dead", () => {
  test("unless it is this one", () => expect(isCertainlyDead(self, self)).toBe(false));

  test("if it has ended", async () => {
    const child = Bun.spawn(["true"]);
    await child.exited;
    expect(isCertainlyDead({ ...self, pid: child.pid, processStart: "1" }, self)).toBe(true);
  });

  test("unless it is alive", () => {
    const parent = { ...self, pid: process.ppid, processStart: "" };
    expect(isCertainlyDead(parent, self)).toBe(false);
  });

  test.skipIf(process.platform !== "linux")("one whose pid went to another is", () => {
    expect(isCertainlyDead({ ...self, pid: process.ppid, processStart: "1" }, self)).toBe(true);
    expect(isCertainlyDead({ ...self, processStart: "1" }, self)).toBe(true);
  });

  test("if the machine was restarted since, but not if it belongs to another machine or container", () => {
    const [name, boot, namespace] = self.host.split("|");
    const other = (host: string) => isCertainlyDead({ host, pid: 999_999_999, processStart: "1" }, self);
    expect(other(`${name}|another-boot|${namespace}`)).toBe(boot !== "");
    expect(other(`elsewhere|${boot}|${namespace}`)).toBe(false);
    expect(other(`${name}|${boot}|pid:[1]`)).toBe(namespace === "pid:[1]");
  });
});

async function setUp() {
  const clock = createManualClock();
  const opened = await openTestStore(clock);
  const { store, taskId } = opened;
  const keeper = createLeaseKeeper({
    workers: store.workers,
    clock,
    identity: self,
    leaseMs: 15_000,
    runningJobs: () => new Map(),
    onLost: () => {},
    onBeat: () => {},
    onError: (error) => {
      throw error;
    },
  });
  const far = { id: "far", host: "elsewhere||", pid: 1, processStart: "1", leaseMs: 15_000 };
  await store.workers.register(far);
  await store.jobs.enqueue([{ taskId, inputJson: "{}" }]);
  await store.jobs.completeAndClaim({ workerId: "far", finished: [], capacity: 1 });
  await keeper.start();
  const status = async () => (await store.jobs.get(1))?.status;
  return { ...opened, clock, keeper, status, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
}

test("a remote worker without heartbeats loses its jobs when its lease expires", async () => {
  await using s = await setUp();
  await s.keeper.beat();
  s.clock.jumpTo(s.clock.now() + 15_000);
  await s.keeper.beat();
  expect(await s.status()).toBe("processing");
  // Timers of the keeper itself come due here too; each beat is waited for.
  s.clock.advance(15_001);
  await s.keeper.beat();
  expect(await s.status()).toBe("queued");
  expect((await s.store.workers.list()).map(({ id }) => id)).toEqual([s.keeper.workerId()]);
  expect(s.problems()).toEqual([]);
});

test("a wall clock that jumps expires no lease, and a worker with heartbeats keeps its lease", async () => {
  await using s = await setUp();
  s.clock.jumpTo(s.clock.now() + 86_400_000);
  await s.keeper.beat();
  s.clock.jumpTo(0);
  await s.keeper.beat();
  expect(await s.status()).toBe("processing");
  for (let n = 0; n < 6; n++) {
    await s.store.workers.beat("far");
    s.clock.advance(10_000);
    await s.keeper.beat();
  }
  expect(await s.status()).toBe("processing");
});

test("stopping removes the worker, unless it still holds jobs", async () => {
  await using s = await setUp();
  await s.keeper.stop();
  expect((await s.store.workers.list()).map(({ id }) => id)).toEqual(["far"]);
  await s.store.workers.remove("far");
  expect((await s.store.workers.list()).map(({ id }) => id)).toEqual(["far"]);
});
