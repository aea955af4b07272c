/** A task without any host in its permissions reads data: URLs, which are no calls: also in a recording and its replay. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const TASK = `export default async () => {
  const refused = await fetch("http://127.0.0.1:9/").catch((error) => error.name);
  return { read: await (await fetch("data:application/json,[1]")).json(), direct: fetch("data:;base64,QQ==").body, refused };
};`;

test("need no permission and no call, and a replay reads the same", async () => {
  const task = join(folder.path, "task");
  mkdirSync(task);
  const metadata = { uuid: crypto.randomUUID(), version: "1.0.0", label: "data", description: "Reads data: URLs." };
  const permissions = { hosts: [] };
  writeFileSync(join(task, "metadata.json"), JSON.stringify({ ...metadata, permissions, limits: { fetches: 1 } }));
  writeFileSync(join(task, "main.js"), TASK);
  const sessions = join(folder.path, "sessions");
  const run = await ratchet(["run-once", "--from-fs", task, "--record", sessions]);
  expect([run.stderr.replace(/^.*recorded.*\n/gim, ""), run.exitCode]).toEqual(["", 0]);
  const output = { read: [1], direct: "A", refused: "PermissionError" };
  expect(JSON.parse(run.stdout)).toEqual(output);
  const replay = await ratchet(["replay", task, "--recording", sessions]);
  expect([replay.stderr, replay.exitCode]).toEqual(["", 0]);
});
