import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const at = (...parts: string[]) => join(folder.path, ...parts);
const pack = (...args: string[]) => ratchet(["pack", ...args], { cwd: folder.path });

cpSync(join(import.meta.dir, "../../tasks/addition"), at("addition"), { recursive: true });

test("a packed task runs, is tested, and is found valid", async () => {
  const run = await pack("addition", "--json");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  const bytes = readFileSync(at("addition-1.0.0.zip"));
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const said = JSON.parse(run.stdout);
  expect(said).toMatchObject({
    file: "addition-1.0.0.zip",
    bytes: bytes.length,
    sha256,
    tasks: [{ label: "addition" }],
  });
  const once = ["run-once", "--from-fs", at("addition-1.0.0.zip"), "--input-json", '{"num1":5,"num2":10}'];
  expect(await ratchet(once)).toEqual({ exitCode: 0, stdout: '{"sum":15}\n', stderr: "" });
  expect((await ratchet(["test", "--from-fs", at("addition-1.0.0.zip")])).exitCode).toBe(0);
  expect((await ratchet(["validate", "--from-fs", at("addition-1.0.0.zip")])).exitCode).toBe(0);
});

test("the same files give the same archive, whatever their times, place and packing", async () => {
  cpSync(at("addition"), at("elsewhere", "copy"), { recursive: true });
  for (const name of readdirSync(at("elsewhere", "copy"))) utimesSync(at("elsewhere", "copy", name), 1, 1);
  writeFileSync(at("elsewhere", "copy", ".hidden"), "not packed");
  expect((await pack("addition", "--output", "one.zip")).exitCode).toBe(0);
  expect((await pack("elsewhere/copy", "--output", "two.zip")).exitCode).toBe(0);
  expect((await pack("one.zip", "--output", "three.zip")).exitCode).toBe(0);
  const one = readFileSync(at("one.zip"));
  expect(readFileSync(at("two.zip")).equals(one)).toBe(true);
  expect(readFileSync(at("three.zip")).equals(one)).toBe(true);
});

test("a collection, some of it packed already, is one archive that lists and runs its tasks", async () => {
  cpSync(at("addition"), at("many", "addition"), { recursive: true });
  await ratchet(["generate", "task", "--path", at("made", "other")]);
  expect((await pack("made/other", "--output", "many/other.zip")).exitCode).toBe(0);
  const run = await pack("many");
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(run.stdout).toMatch(/^addition \S+\nother 0\.1\.0\nmany\.zip: \d+ files, \d+ bytes, sha256 [\da-f]{64}\n$/);
  const list = await ratchet(["repo", "list", at("many.zip"), "--json"], { cwd: folder.path });
  expect(
    JSON.parse(list.stdout)
      .tasks.map(({ label }: { label: string }) => label)
      .sort(),
  ).toEqual(["addition", "other"]);
  const once = ["run-once", "--from-fs", at("many.zip"), "--task", "addition", "--input-json", '{"num1":1,"num2":2}'];
  expect((await ratchet(once)).stdout).toBe('{"sum":3}\n');
});

test("what is invalid is not packed, and an archive that was there stays", async () => {
  mkdirSync(at("broken"));
  cpSync(at("addition"), at("broken"), { recursive: true });
  writeFileSync(at("broken", "main.js"), "(");
  writeFileSync(at("broken.zip"), "as it was");
  const run = await pack("broken");
  expect(run).toMatchObject({ exitCode: 3, stdout: "" });
  expect(run.stderr).toContain("main.js");
  expect(readFileSync(at("broken.zip"), "utf8")).toBe("as it was");
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect((await pack("nothing")).exitCode).toBe(3);
});

test.skipIf(process.platform === "win32")("names that readers refuse are refused", async () => {
  cpSync(join(import.meta.dir, "../../tasks/addition"), at("odd"), { recursive: true });
  writeFileSync(at("odd", "back\\slash.txt"), "");
  const run = await pack("odd");
  expect(run).toMatchObject({ exitCode: 3, stdout: "" });
  expect(run.stderr).toContain("has a backslash in its name");
  expect(existsSync(at("odd.zip"))).toBe(false);
});

test("the archive is never put into what it holds, nor in its place", async () => {
  const inside = await ratchet(["pack", "."], { cwd: at("addition") });
  expect(inside).toMatchObject({ exitCode: 2, stdout: "" });
  expect(inside.stderr).toContain("-o ../addition-1.0.0.zip");
  expect((await pack("one.zip", "-o", "one.zip")).exitCode).toBe(2);
  expect((await pack("addition", "--output", "no/such/folder.zip")).exitCode).toBe(6);
});

test("- is standard output, which gets the archive and nothing else", async () => {
  const { exitCode, stdout } = await shell(
    "$RATCHET pack -o - addition | sha256sum; $RATCHET pack -o std.zip addition >&2",
    {
      cwd: folder.path,
    },
  );
  expect(exitCode).toBe(0);
  expect(stdout.slice(0, 64)).toBe(new Bun.CryptoHasher("sha256").update(readFileSync(at("std.zip"))).digest("hex"));
  expect(existsSync(at("-"))).toBe(false);
});

test("the name of an archive is neither hidden nor an option, whatever the label", async () => {
  cpSync(join(import.meta.dir, "../../tasks/addition"), at("label"), { recursive: true });
  const metadata = JSON.parse(readFileSync(at("label", "metadata.json"), "utf8"));
  writeFileSync(at("label", "metadata.json"), JSON.stringify({ ...metadata, label: "../--x" }));
  expect((await pack("label", "--json")).stdout).toContain('"file":"x-1.0.0.zip"');
});
