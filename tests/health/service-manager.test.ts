import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { serviceManagerSettings } from "../../src/config/environment.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { connectServiceManager } from "../../src/service/health/service-manager.ts";
import { createLogger, type LogRecord } from "../../src/telemetry/logger.ts";
import { CAN_RECEIVE_DATAGRAMS, receiveDatagrams } from "../support/datagram-receiver.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/ratchet.ts";
import { newWorkplace } from "../support/serve-process.ts";

describe.skipIf(!CAN_RECEIVE_DATAGRAMS)("the service manager of the executable", () => {
  const addresses = {
    "at a path": (folder: string) => join(folder, "notify"),
    abstract: () => `@ratchet-${process.pid}`,
  };
  test.each(Object.entries(addresses))(
    "is told when the server is ready, alive and stopping: %s",
    async (_name, addressIn) => {
      using place = newWorkplace();
      const address = addressIn(place.folder);
      await using manager = await receiveDatagrams(address);
      const server = await place.serve([], { NOTIFY_SOCKET: address, WATCHDOG_USEC: "200000" });
      await eventually(() => manager.received.includes("READY=1"));
      await eventually(() => manager.received.filter((text) => text === "WATCHDOG=1").length >= 2);
      expect((await server.end("SIGTERM")).code).toBe(0);
      await eventually(() => manager.received.includes("STOPPING=1"));
      expect(manager.received[0]).toBe("READY=1");
      expect(new Set(manager.received)).toEqual(new Set(["READY=1", "WATCHDOG=1", "STOPPING=1"]));
    },
    120_000,
  );

  test("is not told about a watchdog that is another process's", async () => {
    using place = newWorkplace();
    const address = join(place.folder, "notify");
    await using manager = await receiveDatagrams(address);
    const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: "20000", WATCHDOG_PID: "1" };
    const server = await place.serve([], env);
    await server.end("SIGTERM");
    await eventually(() => manager.received.includes("STOPPING=1"));
    expect(manager.received).toEqual(["READY=1", "STOPPING=1"]);
  }, 120_000);

  test("that nobody hears does not keep the server from working", async () => {
    using place = newWorkplace();
    const server = await place.serve([], { NOTIFY_SOCKET: join(place.folder, "nobody") });
    await server.complained(/"message":"the service manager does not receive what it is sent"/);
    expect((await server.call("GET", "/ready")).status).toBe(200);
    expect((await server.end("SIGTERM")).code).toBe(0);
  }, 120_000);
});

test.skipIf(!CAN_RECEIVE_DATAGRAMS)("the watchdog is not notified while the store does not work", async () => {
  using folder = temporaryFolder();
  const socket = join(folder.path, "notify");
  await using receiver = await receiveDatagrams(socket);
  let probes = 0;
  let works = false;
  const log: LogRecord[] = [];
  const manager = await connectServiceManager({
    socket,
    watchdogMs: 20,
    clock: systemClock,
    logger: createLogger("debug", (record) => void log.push(record)),
    probe: async () => {
      probes += 1;
      if (!works) throw new Error("the disk is full");
    },
  });
  manager.ready();
  await eventually(() => probes >= 5);
  expect(receiver.received.filter((text) => text === "WATCHDOG=1")).toEqual([]);
  works = true;
  await eventually(() => receiver.received.includes("WATCHDOG=1"));
  manager.close();
  expect(log).toEqual([]);
});

test("the settings of the service manager come from the environment", () => {
  const read = (env: Record<string, string>) => serviceManagerSettings(env, 42);
  expect(read({})).toEqual({ socket: undefined, watchdogMs: undefined });
  expect(read({ NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "30000000" })).toEqual({
    socket: "/run/n",
    watchdogMs: 30_000,
  });
  expect(read({ NOTIFY_SOCKET: "@n", WATCHDOG_USEC: "5", WATCHDOG_PID: "42" })).toEqual({
    socket: "@n",
    watchdogMs: 0.005,
  });
  expect(read({ NOTIFY_SOCKET: "@n", WATCHDOG_USEC: "5", WATCHDOG_PID: "43" }).watchdogMs).toBeUndefined();
  expect(read({ NOTIFY_SOCKET: "vsock:2:1", WATCHDOG_USEC: "x" })).toEqual({
    socket: undefined,
    watchdogMs: undefined,
  });
});
