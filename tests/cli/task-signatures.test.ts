/** `task keygen|sign|verify`: what a signature covers, wherever the task is. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let publicKey = "";

beforeAll(async () => {
  place = newWorkplace();
  const { code, stdout } = await place.ratchet(["task", "keygen", "release.key"]);
  expect(code).toBe(0);
  publicKey = stdout.trim();
});
afterAll(() => place[Symbol.dispose]());

const at = (path: string) => join(place.folder, path);
const sign = (path: string, key = "release.key") => place.ratchet(["task", "sign", path, "--key", key]);
const verify = (path: string, key = "release.key.pub") => place.ratchet(["task", "verify", path, "--key", key]);

async function expectSigned(path: string): Promise<void> {
  const { code, stdout, stderr } = await verify(path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(publicKey);
}

async function expectRefused(path: string, reason: string): Promise<void> {
  const { code, stdout, stderr } = await verify(path);
  expect([code, stdout]).toEqual([3, ""]);
  expect(stderr).toContain(reason);
}

test("keygen writes a private key for its owner only, and changes no existing file", async () => {
  expect(publicKey).toMatch(/^ed25519:[A-Za-z0-9+/]{43}=$/);
  expect(readFileSync(at("release.key.pub"), "utf8")).toBe(`${publicKey}\n`);
  if (process.platform !== "win32") expect((statSync(at("release.key")).mode & 0o777).toString(8)).toBe("600");
  const before = readFileSync(at("release.key"), "utf8");
  expect((await place.ratchet(["task", "keygen", "release.key"])).code).toBe(2);
  expect(readFileSync(at("release.key"), "utf8")).toBe(before);
});

test("a folder: every change, addition and removal of a file is found", async () => {
  place.writeTask("folder", "() => 1");
  const file = (name: string) => at(`tasks/folder/${name}`);
  await expectRefused("tasks/folder", "is not signed: it has no signature.json.");
  expect((await sign("tasks/folder")).code).toBe(0);
  await expectSigned("tasks/folder");
  expect((await place.ratchet(["run", "tasks/folder"])).stdout).toBe("1\n");
  expect((await place.ratchet(["validate", "tasks/folder"])).code).toBe(0);

  const program = readFileSync(file("main.js"));
  writeFileSync(file("main.js"), "() => 2");
  await expectRefused("tasks/folder", "main.js differs");
  writeFileSync(file("main.js"), program);
  writeFileSync(file("extra.js"), "");
  await expectRefused("tasks/folder", "extra.js was added");
  rmSync(file("extra.js"));
  const schema = readFileSync(file("input.schema.json"));
  rmSync(file("input.schema.json"));
  await expectRefused("tasks/folder", "input.schema.json is missing");
  writeFileSync(file("input.schema.json"), schema);
  await expectSigned("tasks/folder");

  const signature = JSON.parse(readFileSync(file("signature.json"), "utf8"));
  writeFileSync(file("signature.json"), "{}");
  await expectRefused("tasks/folder", "form of a signature");
  const [{ signature: text }] = signature.signatures;
  const forged = Buffer.from(text, "base64").map((byte, index) => (index === 5 ? byte ^ 1 : byte));
  const signatures = [{ key: publicKey, signature: Buffer.from(forged).toString("base64") }];
  writeFileSync(file("signature.json"), JSON.stringify({ ...signature, signatures }));
  await expectRefused("tasks/folder", "does not fit the files");
});

test("two contents can't be exchanged between two paths", async () => {
  place.writeTask("swapped", "() => 1");
  place.write("tasks/swapped/a.txt", "a");
  place.write("tasks/swapped/b.txt", "b");
  await sign("tasks/swapped");
  place.write("tasks/swapped/a.txt", "b");
  place.write("tasks/swapped/b.txt", "a");
  await expectRefused("tasks/swapped", "a.txt differs, b.txt differs");
});

test("a key that is not trusted is not enough, and a second signer keeps the first signature", async () => {
  place.writeTask("two", "() => 1");
  const second = (await place.ratchet(["task", "keygen", "second.key"])).stdout.trim();
  await sign("tasks/two", "second.key");
  await expectRefused("tasks/two", `it is signed by ${second}`);
  await sign("tasks/two");
  await expectSigned("tasks/two");
  expect((await verify("tasks/two", second)).code).toBe(0);
});

test("pack keeps the signature, an archive can be signed itself, and so can all tasks of a collection", async () => {
  place.writeTask("packed", "() => 1");
  await sign("tasks/packed");
  expect((await place.ratchet(["pack", "tasks/packed", "-o", "packed.zip"])).code).toBe(0);
  await expectSigned("packed.zip");

  place.writeTask("plain", "() => 1");
  rmSync(at("tasks/plain/signature.json"), { force: true });
  await place.ratchet(["pack", "tasks/plain", "-o", "plain.zip"]);
  await expectRefused("plain.zip", "is not signed");
  expect((await sign("plain.zip")).code).toBe(0);
  await expectSigned("plain.zip");
  expect((await place.ratchet(["run", "plain.zip"])).stdout).toBe("1\n");

  for (const label of ["one", "other"]) {
    place.write(`many/${label}/main.js`, "() => 1");
    place.write(
      `many/${label}/metadata.json`,
      readFileSync(at("tasks/plain/metadata.json"), "utf8").replace(/plain/g, label),
    );
  }
  await place.ratchet(["pack", "tasks", "-o", "unsigned.zip"]);
  expect((await sign("many")).code).toBe(0);
  await expectSigned("many");
  expect((await sign("unsigned.zip")).code).toBe(0);
  await expectSigned("unsigned.zip");
});

test("a single file has its signature next to it, which covers what it imports", async () => {
  place.write("single/hello.ts", 'import { name } from "./name.ts";\nexport default () => name;\n');
  place.write("single/name.ts", 'export const name: string = "Ada";\n');
  expect((await sign("single/hello.ts")).code).toBe(0);
  await expectSigned("single/hello.ts");
  expect((await place.ratchet(["run", "single/hello.ts"])).stdout).toBe('"Ada"\n');
  place.write("single/name.ts", 'export const name: string = "Eve";\n');
  await expectRefused("single/hello.ts", "name.ts differs");
});

test("what is not a key is refused without showing it", async () => {
  place.writeTask("keyless", "() => 1");
  place.write("wrong.key", "my-secret-key-material");
  for (const args of [
    ["sign", "tasks/keyless", "--key", "wrong.key"],
    ["sign", "tasks/keyless", "--key", "release.key.pub"],
    ["verify", "tasks/keyless", "--key", "wrong.key"],
  ]) {
    const { code, stdout, stderr } = await place.ratchet(["task", ...args]);
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).not.toContain("my-secret");
  }
  expect((await place.ratchet(["task", "verify", "tasks/keyless"])).code).toBe(2);
});
