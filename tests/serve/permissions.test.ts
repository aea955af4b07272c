import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => input");
});
afterEach(() => place[Symbol.dispose]());

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Every file and folder below one that anybody but its owner may do anything with. */
function exposed(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${modeOf(join(folder, name))} ${name}`)
    .filter((entry) => !/^[4-7]00 /.test(entry));
}

// The usual umask of a user: what is created without further thought is readable by everybody.
const before = process.umask(0o022);
process.umask(before);

test.skipIf(process.platform === "win32" || (before & 0o044) !== 0)(
  "what a server and its commands write is for their user alone",
  async () => {
    const git = (...args: string[]) => {
      const settings = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
      const run = Bun.spawnSync(["git", ...settings, ...args], { cwd: join(place.folder, "repo") });
      expect(run.exitCode).toBe(0);
    };
    place.write("repo/.gitignore", "");
    git("init", "--quiet");
    place.write(
      "repo/one/metadata.json",
      JSON.stringify({ uuid: crypto.randomUUID(), version: "1.0.0", label: "one" }),
    );
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    const sources = [
      { name: "tasks", uri: "file://./tasks" },
      { name: "git", uri: `git+file://${place.folder}/repo` },
    ];
    place.write("own.yaml", JSON.stringify({ registry: { sources, cache_folder: join(place.folder, "copies") } }));
    const server = await place.serve(["--config", "own.yaml"]);
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "echo", input: "secret" });
    await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
    await server.until("/api/v1/registry/sources", ({ items }) =>
      (items as { name: string; state: string }[]).some(({ name, state }) => name === "git" && state !== "pending"),
    );
    expect((await place.ratchet(["db", "backup", "copy.db"])).code).toBe(0);
    const record = ["run-once", "--from-fs", "tasks/echo", "--input-json", "1", "--record", "recordings"];
    expect((await place.ratchet(record)).code).toBe(0);
    await eventually(() => Promise.resolve(existsSync(join(place.folder, "ratchet.db.audit"))));
    // Killed, so that everything beside the database is still there.
    await server.end("SIGKILL");
    const files = readdirSync(place.folder).filter((name) => name.includes(".db"));
    expect(files.toSorted()).toEqual([
      "copy.db",
      "ratchet.db",
      "ratchet.db-lock",
      "ratchet.db-shm",
      "ratchet.db-wal",
      "ratchet.db.audit",
    ]);
    for (const name of files) expect(`${name} ${modeOf(join(place.folder, name))}`).toBe(`${name} 600`);
    for (const folder of ["copies", "recordings"]) {
      expect(modeOf(join(place.folder, folder))).toBe("700");
      expect(exposed(join(place.folder, folder))).toEqual([]);
    }
    // Who may read a result is for the user to say.
    expect((await place.ratchet([...record.slice(0, 5), "--output", "result.json"])).code).toBe(0);
    expect(modeOf(join(place.folder, "result.json"))).toBe("644");
  },
);

test.skipIf(process.platform === "win32")("a database that others could read is taken away from them", async () => {
  await (await place.serve()).end("SIGKILL");
  const files = ["ratchet.db", "ratchet.db-wal", "ratchet.db-shm"].map((name) => join(place.folder, name));
  for (const file of files) chmodSync(file, 0o664);
  const server = await place.serve();
  for (const file of files) expect(modeOf(file)).toBe("600");
  const { stderr } = await server.end();
  expect(JSON.parse(stderr)).toMatchObject({ level: "warn" });
  expect(stderr).toContain("ratchet.db");
  // Said once: it is so no longer.
  expect((await (await place.serve()).end()).stderr).toBe("");
  chmodSync(files[0] ?? "", 0o644);
  expect((await place.ratchet(["db", "migrate"])).code).toBe(0);
  expect(modeOf(files[0] ?? "")).toBe("600");
});
