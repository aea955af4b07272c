import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { parseDatabaseUrl } from "../../src/store/sqlite/location.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { createWriter } from "../../src/store/sqlite/writer.ts";
import { laterTurn } from "../support/late.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";

const folder = mkdtempSync(join(tmpdir(), "ratchet-environment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (url: string, busyLimitMs = 100) =>
  openStore({ url, clock: systemClock, onListenerError: () => {}, busyLimitMs });
const environment = (part: string) =>
  expect.objectContaining({ code: "ENVIRONMENT", message: expect.stringContaining(part) });

test.each([
  ["sqlite:a.db", { kind: "file", path: "a.db" }],
  ["sqlite://a/b.db", { kind: "file", path: "a/b.db" }],
  ["sqlite:///var/a.db", { kind: "file", path: "/var/a.db" }],
  ["SQLITE:a.db", { kind: "file", path: "a.db" }],
  ["sqlite::memory:", { kind: "memory" }],
  ["sqlite://:memory:", { kind: "memory" }],
] as const)("reads the URL %s", (url, location) => {
  expect(parseDatabaseUrl(url)).toEqual(location);
});

test.each(["", "a.db", "postgres://user:secret@host/db", "sqlite:", "sqlite://", "sqlite:a.db?mode=ro"])(
  "rejects the URL %p without repeating what may be secret",
  (url) => {
    try {
      parseDatabaseUrl(url);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(String(error)).not.toContain("secret");
    }
  },
);

test("a folder that does not exist", () => {
  expect(() => open(`sqlite:${folder}/none/a.db`)).toThrow(environment("cannot be opened"));
});

test("a folder instead of a file", () => {
  mkdirSync(join(folder, "dir.db"));
  expect(() => open(`sqlite:${folder}/dir.db`)).toThrow(environment("cannot be opened"));
});

test("a file that is not a database", () => {
  writeFileSync(join(folder, "text.db"), "hello ".repeat(1_000));
  expect(() => open(`sqlite:${folder}/text.db`)).toThrow(environment("not an SQLite database"));
});

test("a damaged database", async () => {
  const path = join(folder, "damaged.db");
  await open(`sqlite:${path}`).close();
  const bytes = new Uint8Array(await Bun.file(path).arrayBuffer());
  bytes.fill(0xff, 4_096);
  writeFileSync(path, bytes);
  expect(() => open(`sqlite:${path}`)).toThrow(environment("damaged"));
});

test.skipIf(process.platform === "win32")("a file that is not writable", async () => {
  const path = join(folder, "readonly.db");
  await open(`sqlite:${path}`).close();
  chmodSync(path, 0o400);
  await asOrdinaryUser(folder, () => expect(() => open(`sqlite:${path}`)).toThrow(environment("read-only")));
});

test("a database that another process has locked: writes wait, then fail, and the event loop stays free", async () => {
  const path = join(folder, "locked.db");
  const store = open(`sqlite:${path}`, 150);
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  let turns = 0;
  let waits = true;
  const tick = () => {
    turns += 1;
    if (waits) setImmediate(tick);
  };
  tick();
  await expect(store.control.pause("all", null)).rejects.toThrow(environment("locked"));
  waits = false;
  expect(turns).toBeGreaterThan(2);
  const waiting = store.control.pause("all", "later");
  laterTurn(() => other.run("COMMIT"));
  await waiting;
  expect(await store.control.pauses()).toMatchObject([{ scope: "all", note: "later" }]);
  other.close();
  await store.close();
});

test("a full disk fails the write with ENVIRONMENT and undoes it, and writes succeed again once there is room", async () => {
  const connection = openConnection({
    location: { kind: "file", path: join(folder, "full.db") },
    busyTimeoutMs: 0,
  });
  migrate(connection, MIGRATIONS, 0);
  const published: unknown[] = [];
  const writer = createWriter({ connection, clock: systemClock, publish: (events) => published.push(...events) });
  const pages = connection.sql.get<{ page_count: number }>("PRAGMA page_count")?.page_count ?? 0;
  connection.exec(`PRAGMA max_page_count = ${pages + 5}`);
  const big = "x".repeat(100_000);
  const results = await Promise.allSettled(
    ["small", big].map((note) =>
      writer.write((tx) => {
        tx.sql.run("INSERT INTO pauses (scope, note, paused_at) VALUES (?, ?, 0)", String(note.length), note);
        tx.emit({ type: "queue.paused", time: 0 });
      }),
    ),
  );
  expect(results[1]).toMatchObject({ status: "rejected", reason: environment("disk is full") });
  // The other piece of work shares the transaction. It may fail too, but must not be acknowledged and then lost.
  const stored = connection.sql.all("SELECT scope FROM pauses").length;
  expect(stored).toBe(results.filter((result) => result.status === "fulfilled").length);
  expect(published.length).toBe(stored);
  connection.exec("PRAGMA max_page_count = 100000");
  await writer.write((tx) => tx.sql.run("INSERT INTO pauses (scope, note, paused_at) VALUES ('all', ?, 0)", big));
  expect(connection.sql.all("SELECT scope FROM pauses").length).toBe(stored + 1);
  await writer.close();
  connection.close();
});
