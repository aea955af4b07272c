import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

/** Runs a server from start to end. @returns what the task returned */
async function serveOnce(env: Record<string, string> = {}): Promise<unknown> {
  const server = await place.serve([], env);
  const { body } = await server.call("POST", "/api/v1/tasks/bundled/execute", { input: {} });
  expect((await server.end()).code).toBe(0);
  return body.output;
}

interface Kept {
  id: number;
  content: Uint8Array;
}

/** Returns what the database has, after `change` was applied to it. */
function kept(change?: (content: string) => string): Kept[] {
  using database = new Database(join(place.folder, "ratchet.db"));
  const rows = database.query<Kept, []>("SELECT program_id AS id, content FROM prepared_contents").all();
  for (const { id, content } of change === undefined ? [] : rows) {
    const text = Buffer.from(Bun.zstdDecompressSync(content)).toString("latin1");
    const changed = Bun.zstdCompressSync(Buffer.from(change?.(text) ?? "", "latin1"));
    database.run("UPDATE prepared_contents SET content = ? WHERE program_id = ?", [changed, id]);
    const digest = Bun.hash.xxHash3(changed).toString(16);
    database.run("UPDATE prepared_programs SET digest = ? WHERE id = ?", [digest, id]);
  }
  return rows;
}

test("a server keeps bundled programs in its database, and the next one runs them", async () => {
  place.writeTask("bundled", 'import { value } from "./value.js";\nexport default () => value;\n');
  place.write("tasks/bundled/value.js", 'export const value = "fresh";\n');
  expect(await serveOnce()).toBe("fresh");
  expect(kept((text) => text.replaceAll("fresh", "saved"))).toHaveLength(1);
  // Another result shows where the program comes from.
  expect(await serveOnce()).toBe("saved");
  expect(await serveOnce({ RATCHET_CACHE_PREPARED: "false" })).toBe("fresh");
  place.write("tasks/bundled/value.js", 'export const value = "other";\n');
  expect(await serveOnce()).toBe("other");
  expect(kept()).toHaveLength(2);
  kept(() => "damaged");
  expect(await serveOnce()).toBe("other");
});
