import { expect, test } from "bun:test";
import type { RatchetEvent } from "../../src/domain/events.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { type Connection, openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { createWriter } from "../../src/store/sqlite/writer.ts";

function setUp() {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  const begun: string[] = [];
  const counting: Connection = {
    ...connection,
    exec(sql) {
      begun.push(sql);
      connection.exec(sql);
    },
  };
  const published: RatchetEvent[][] = [];
  const writer = createWriter({
    connection: counting,
    clock: systemClock,
    publish: (events) => published.push([...events]),
  });
  return { connection, writer, begun, published };
}

const insert = (scope: string) => "INSERT INTO pauses (scope, paused_at) VALUES ('".concat(scope, "', 0)");

test("work of one turn shares a transaction", async () => {
  const { writer, begun } = setUp();
  await Promise.all(Array.from({ length: 50 }, (_, n) => writer.write((tx) => tx.sql.run(insert(`s${n}`)))));
  expect(begun).toEqual(["BEGIN IMMEDIATE", "COMMIT"]);
});

test("work that throws is undone, and nothing else", async () => {
  const { writer, connection, published } = setUp();
  const good = writer.write((tx) => {
    tx.sql.run(insert("good"));
    tx.emit({ type: "queue.paused", time: 1 });
    return "kept";
  });
  const bad = writer.write((tx) => {
    tx.sql.run(insert("bad"));
    tx.counters.moveJob(1, undefined, "queued");
    tx.emit({ type: "queue.paused", time: 2 });
    throw new Error("no");
  });
  const duplicate = writer.write((tx) => tx.sql.run(insert("good")));
  const later = writer.write((tx) => tx.sql.run(insert("later")));
  expect(await good).toBe("kept");
  await expect(bad).rejects.toThrow("no");
  await expect(duplicate).rejects.toMatchObject({ code: "INTERNAL" });
  await later;
  expect(connection.sql.all("SELECT scope FROM pauses ORDER BY scope")).toEqual([
    { scope: "good" },
    { scope: "later" },
  ]);
  expect(connection.sql.all("SELECT * FROM counters")).toEqual([]);
  expect(published.flat().map((event) => event.time)).toEqual([1]);
});

test("counters are added up over a transaction, and a wrong count stops nobody", async () => {
  const { writer, connection } = setUp();
  await Promise.all(
    [1, 2, 3].map((n) =>
      writer.write((tx) => {
        tx.counters.startExecution(1);
        tx.counters.endExecution(1, "completed", n);
      }),
    ),
  );
  expect(connection.sql.all<{ count: number; total_ms: number }>("SELECT count, total_ms FROM counters")).toEqual([
    { count: 3, total_ms: 6 },
  ]);
  connection.sql.run("UPDATE counters SET count = 1");
  expect(await writer.write((tx) => tx.counters.removeExecution(1, "completed", 0))).toBeUndefined();
  expect(await writer.write((tx) => tx.counters.removeExecution(1, "completed", 0))).toBeUndefined();
  expect(connection.sql.all<{ count: number }>("SELECT count FROM counters")).toEqual([{ count: 0 }]);
});

test("events are published after the commit, in order, with their stored ids", async () => {
  const { writer, connection, published } = setUp();
  await Promise.all(
    [1, 2, 3].map((time) =>
      writer.write((tx) => {
        tx.emit({ type: "queue.paused", time, data: { n: time } });
        expect(published).toEqual([]);
      }),
    ),
  );
  const stored = connection.sql.all("SELECT id, time FROM events ORDER BY id");
  expect(published.flat().map(({ id, time }) => ({ id, time }))).toEqual(stored as { id: number; time: number }[]);
});

test("closing finishes what was handed in and rejects the rest", async () => {
  const { writer, connection } = setUp();
  const last = writer.write((tx) => tx.sql.run(insert("last")));
  await writer.close();
  await last;
  await expect(writer.write(() => 1)).rejects.toMatchObject({ code: "ENVIRONMENT" });
  expect(connection.sql.all("SELECT scope FROM pauses")).toEqual([{ scope: "last" }]);
});

test("heavy work of one turn is divided among several transactions", async () => {
  const { writer, begun } = setUp();
  const works = Array.from({ length: 4 }, (_, n) => writer.write((tx) => tx.sql.run(insert(`s${n}`)), 300 * 1024));
  await Promise.all(works);
  expect(begun).toEqual(Array.from({ length: 4 }, () => ["BEGIN IMMEDIATE", "COMMIT"]).flat());
});

test("no transaction begins while other work is held in the queue, and the order is kept", async () => {
  const { writer, begun } = setUp();
  const order: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const before = writer.write((tx) => tx.sql.run(insert("before")));
  const held = writer.hold(async () => {
    order.push(`held after ${begun.length}`);
    await released;
    order.push(`released after ${begun.length}`);
    return "result";
  });
  const after = writer.write((tx) => tx.sql.run(insert("after")));
  await before;
  const closed = writer.close();
  release();
  expect(await held).toBe("result");
  await after;
  await closed;
  expect(order).toEqual(["held after 2", "released after 2"]);
  expect(begun).toEqual(["BEGIN IMMEDIATE", "COMMIT", "BEGIN IMMEDIATE", "COMMIT"]);
});

test("held work that fails holds up nothing", async () => {
  const { writer } = setUp();
  const held = writer.hold(() => Promise.reject(new Error("no")));
  const after = writer.write((tx) => tx.sql.run(insert("after")));
  await expect(held).rejects.toThrow("no");
  expect((await after).changes).toBe(1);
});
