/** What is remembered for a moment: never for longer, and never beyond a change. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { createBriefMemo, REMEMBERED_MS } from "../../src/store/sqlite/brief-memo.ts";
import { openStore } from "../../src/store/sqlite/open.ts";

/** Timers that are due at the same time fire in the order in which they were started. */
const momentLater = () => new Promise((resolve) => systemClock.after(REMEMBERED_MS, () => resolve(undefined)));

test("a value is read once in a moment, also if it is undefined, and again after it", async () => {
  const memo = createBriefMemo<string, number | undefined>();
  let reads = 0;
  const read = () => {
    reads += 1;
    return undefined;
  };
  for (let n = 0; n < 3; n++) memo.get("a", read);
  memo.get("b", read);
  expect(reads).toBe(2);
  await momentLater();
  memo.get("a", read);
  memo.clear();
  memo.get("a", read);
  expect(reads).toBe(4);
});

test("changes of this process are seen at once, and those of others a moment later or with the next reading", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-memo-"));
  const path = join(folder, "memo.db");
  const store = openStore({
    url: `sqlite:${path}`,
    clock: systemClock,
    onListenerError(error) {
      throw error;
    },
  });
  const other = new Database(path);
  try {
    const task = { uuid: "u", description: "", version: "1.0.0", source: "s", validatedAt: null, versions: [] };
    expect(await store.tasks.byLabel("a")).toBeUndefined();
    await store.tasks.sync([{ ...task, label: "a" }]);
    expect(await store.tasks.byLabel("a")).toMatchObject({ label: "a", enabled: true });
    await store.tasks.setEnabled(1, false);
    expect(await store.tasks.byLabel("a")).toMatchObject({ enabled: false });

    const { secrets } = store;
    const before = await secrets.revision();
    await secrets.put({ sealed: new Uint8Array(1), dataKey: new Uint8Array(1), keyId: "k", name: "A" });
    const after = await secrets.revision();
    expect(after).not.toBe(before);
    const changeAsOther = () => void other.run("UPDATE secret_state SET revision = revision + 1");
    changeAsOther();
    // Otherwise whoever reads until the two are equal would read for ever, because nothing else would run.
    expect((await secrets.read()).revision).toBe(after + 1);
    expect(await secrets.revision()).toBe(after + 1);
    changeAsOther();
    await momentLater();
    expect(await secrets.revision()).toBe(after + 2);
  } finally {
    other.close();
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
