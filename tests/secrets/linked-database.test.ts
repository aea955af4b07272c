/** A folder must not pass off another folder's database, key or tasks as its own by a link. */
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace } from "../support/serve-process.ts";

test("links that lead out of the folder are not followed to secrets, and an absolute path is", async () => {
  using place = newWorkplace();
  using stranger = newWorkplace();
  expect((await place.ratchet(["secrets", "set", "TOKEN"], { stdin: "value-of-the-other-folder" })).code).toBe(0);
  stranger.writeTask("thief", "(input, { secrets }) => secrets.TOKEN.length", { permissions: { secrets: ["TOKEN"] } });
  const link = (name: string) => symlinkSync(join(place.folder, name), join(stranger.folder, name));
  link("ratchet.db");
  link("ratchet.db.key");
  const steal = (env = {}) => stranger.ratchet(["run", "tasks/thief"], { env });
  expect(await steal()).toMatchObject({
    code: 6,
    stdout: "",
    stderr: expect.stringContaining("leads out of this folder"),
  });
  const serve = await stranger.ratchet(["serve", "--port", "0"]);
  expect([serve.code, serve.stderr]).toEqual([6, expect.stringContaining("ratchet.db is a link")]);
  const trusted = await steal({ RATCHET_DATABASE_URL: `sqlite:${join(place.folder, "ratchet.db")}` });
  expect(trusted).toMatchObject({ code: 0, stdout: "25\n" });

  // A database of its own with the other one's key, and one whose log would be written elsewhere.
  rmSync(join(stranger.folder, "ratchet.db"));
  const key = await stranger.ratchet(["secrets", "set", "TOKEN"], { stdin: "x" });
  expect([key.code, key.stderr]).toEqual([6, expect.stringContaining("ratchet.db.key is a link")]);
  rmSync(join(stranger.folder, "ratchet.db"), { force: true });
  rmSync(join(stranger.folder, "ratchet.db.key"));
  writeFileSync(join(place.folder, "victim"), "untouched");
  symlinkSync(join(place.folder, "victim"), join(stranger.folder, "ratchet.db-wal"));
  expect((await stranger.ratchet(["db", "migrate"])).code).toBe(6);
  expect(readFileSync(join(place.folder, "victim"), "utf8")).toBe("untouched");
});

test("the configuration of a folder lists no tasks behind a link that leads out of it", async () => {
  using place = newWorkplace();
  mkdirSync(join(place.folder, "mine"));
  symlinkSync("..", join(place.folder, "up"));
  symlinkSync("mine", join(place.folder, "alias"));
  const list = (uri: string) => {
    place.write("ratchet.yaml", `registry:\n  sources:\n    - { name: own, uri: ${uri} }\n`);
    return place.ratchet(["config", "show"]);
  };
  expect((await list("./alias")).code).toBe(0);
  const { code, stderr } = await list("./up/tasks");
  expect([code, stderr]).toEqual([3, expect.stringContaining('"registry.sources" may not be set')]);
});
