import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const SETTINGS = { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" };
/** Its result tells whether it went the way that its journal says. */
const STEPS = `async (_, context) => {
  const key = await context.step("first", ({ key }) => key);
  const chance = Math.random();
  const recorded = await context.step("second", () => Math.random());
  const value = await context.waitFor("go");
  return { key, chance, recorded, value, repeated: await context.step("third", () => chance) };
}`;
/** It asks for something else when it is repeated, which the journal can't cover. */
const STRAYS = `async (_, context) => {
  const calls = await (await fetch(SERVER)).text();
  await context.step("call " + calls, () => 1);
  return context.waitFor("go");
}`;

let place: Workplace;
let server: ServeProcess;
let count = 0;
const counting = Bun.serve({ port: 0, fetch: () => new Response(String(count++)) });

beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("steps", STEPS);
  place.writeTask("strays", STRAYS.replace("SERVER", JSON.stringify(counting.url.href)));
  server = await place.serve([], SETTINGS);
});
afterAll(() => {
  place[Symbol.dispose]();
  counting.stop(true);
});

const until = (id: string, ...statuses: string[]): Promise<JsonObject> =>
  server.until(`/api/v1/jobs/${id}`, ({ status }) => statuses.includes(String(status)));

async function asleep(task: string): Promise<string> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task });
  await until(String(body.id), "sleeping");
  return String(body.id);
}

/** Changes the images that are stored while no server runs. */
async function withImages(change: (database: Database) => void): Promise<void> {
  await server.end();
  using database = new Database(join(place.folder, "ratchet.db"));
  change(database);
  server = await place.serve([], SETTINGS);
}

async function signal(id: string): Promise<JsonObject> {
  await server.call("POST", `/api/v1/jobs/${id}/signals/go`, "now");
  return until(id, "completed", "failed", "needs_attention");
}

const IMAGES = "SELECT execution_id AS id, image FROM run_images ORDER BY id";

test("a run whose image is damaged goes on over its journal", async () => {
  const id = await asleep("steps");
  await withImages((database) => {
    for (const { id, image } of database.query(IMAGES).all() as { id: number; image: Uint8Array }[]) {
      image[image.length - 1] = 255 - (image[image.length - 1] ?? 0);
      database.run("UPDATE run_images SET image = ? WHERE execution_id = ?", [image, id]);
    }
  });
  const job = await signal(id);
  expect(job).toMatchObject({ status: "completed", attempts: 1, output: { value: "now" } });
  const { chance, recorded, repeated } = job.output as Record<string, number>;
  expect(repeated).toBe(chance as number);
  expect(recorded).not.toBe(chance as number);
});

test("images that were swapped are not woken in the place of one another", async () => {
  const ids = [await asleep("steps"), await asleep("steps")];
  await withImages((database) => {
    const [a, b] = database.query(IMAGES).all() as { id: number; image: Uint8Array }[];
    database.run("UPDATE run_images SET image = ? WHERE execution_id = ?", [b?.image ?? null, a?.id ?? 0]);
    database.run("UPDATE run_images SET image = ? WHERE execution_id = ?", [a?.image ?? null, b?.id ?? 0]);
  });
  const keys = new Set<unknown>();
  for (const id of ids) {
    const job = await signal(id);
    expect(job.status).toBe("completed");
    keys.add((job.output as JsonObject).key);
  }
  expect(keys.size).toBe(2);
});

test("a run without its engine goes on over its journal", async () => {
  const id = await asleep("steps");
  await withImages((database) => {
    database.run("UPDATE engines SET engine = 'another', content = NULL");
  });
  expect(await signal(id)).toMatchObject({ status: "completed", output: { value: "now" } });
});

test("a run that can go on neither from its image nor over its journal needs attention", async () => {
  const id = await asleep("strays");
  await withImages((database) => {
    database.run("UPDATE run_images SET image = x'00'");
  });
  const job = await signal(id);
  expect(job).toMatchObject({ status: "needs_attention", error: { code: "JOURNAL_MISMATCH" } });
});

test("a run whose journal is damaged needs attention, and goes on once it is mended", async () => {
  const id = await asleep("steps");
  const first = "number = 1 AND execution_id = (SELECT run_id FROM jobs WHERE id = ?)";
  let request: string | null = null;
  await withImages((database) => {
    const row = database.query(`SELECT request FROM run_operations WHERE ${first}`).get(id) as { request: string };
    request = row.request;
    database.run("DELETE FROM run_images");
    database.run(`UPDATE run_operations SET request = '{damaged' WHERE ${first}`, [id]);
  });
  const stuck = await signal(id);
  expect(stuck).toMatchObject({
    status: "needs_attention",
    attempts: 1,
    error: { code: "JOURNAL_UNREADABLE", remedy: expect.stringContaining("backup") },
  });
  // What is not damaged can still be read.
  const journal = await server.call("GET", `/api/v1/executions/${stuck.executionId}/operations`);
  expect(journal.status).toBe(200);
  const [damaged, sound] = journal.body.items as JsonObject[];
  expect(damaged).toMatchObject({ number: 1, name: "first", input: null, error: { code: "JOURNAL_UNREADABLE" } });
  expect(sound).toMatchObject({ number: 2, name: "second", state: "completed", error: null });
  const { body } = await server.call("GET", "/api/v1/stats");
  expect((body.jobs as JsonObject).needs_attention).toBeGreaterThan(0);
  await withImages((database) => {
    database.run(`UPDATE run_operations SET request = ? WHERE ${first}`, [request, id]);
  });
  await server.call("POST", `/api/v1/jobs/${id}/retry`);
  expect(await until(id, "completed", "failed")).toMatchObject({ status: "completed", output: { value: "now" } });
});
