/** What the commands for users and keys say. */
import { afterAll, expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";

const place = newWorkplace();
afterAll(() => place[Symbol.dispose]());

async function refusal(...args: string[]) {
  const { code, stderr } = await place.ratchet([...args, "--error-format", "json"]);
  const { message, remedy } = JSON.parse(stderr).error;
  return { code, message, remedy };
}

test("the list of keys says which are valid, and until when the previous one is", async () => {
  for (const name of ["rotated", "revoked", "plain"]) {
    expect((await place.ratchet(["key", "create", name, "--role", "viewer"])).code).toBe(0);
  }
  await place.ratchet(["key", "rotate", "rotated", "--overlap", "1h"]);
  await place.ratchet(["key", "revoke", "revoked"]);
  const { stdout } = await place.ratchet(["key", "list"]);
  const line = (name: string) => stdout.split("\n").find((text) => text.startsWith(name));
  expect(line("rotated")).toMatch(/valid, previous one until \d{4}-\d\d-\d\dT/);
  expect(line("revoked")).toMatch(/revoked at \d{4}-\d\d-\d\dT/);
  expect(line("plain")).toMatch(/ valid +never/);
});

test("a password file that can't be read is named, like any other file", async () => {
  const { code, message } = await refusal("user", "create", "ada", "--role", "viewer", "--password-file", "none.txt");
  expect(code).toBe(3);
  expect(message).toContain("none.txt");
  expect(message).not.toContain("ENOENT");
  const folder = await refusal("user", "create", "ada", "--role", "viewer", "--password-file", ".");
  expect(folder.message).not.toContain("EISDIR");
});

test("bounds are said in days, and patterns are explained", async () => {
  const create = ["key", "create", "wrong", "--role", "viewer"];
  expect((await refusal(...create, "--expires", "99999d")).message).toContain("36500d");
  const { code, message } = await refusal(...create, "--tasks", "a-*,b-*");
  expect(code).toBe(2);
  expect(message).toContain("only * is special");
});

test("the help names all that the roles may do", async () => {
  for (const command of ["key", "user"]) {
    const { stdout } = await place.ratchet([command, "create", "--help"]);
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toContain("the queue and webhooks");
    expect(text).toContain("users, keys, secrets, the audit log and configuration");
  }
});

test("the configured admin's faults are said in the words of the configuration", async () => {
  place.write("short", "x\n");
  place.write("good", "correct horse battery\n");
  const start = async (user: string, file: string) => {
    const env = { RATCHET_ADMIN_USER: user, RATCHET_ADMIN_PASSWORD_FILE: file };
    return place.ratchet(["serve", "--port", "0"], { env });
  };
  const name = await start("a b", "good");
  expect([name.code, name.stderr.includes("/name")]).toEqual([3, false]);
  expect(name.stderr).toContain("auth.admin.user may only have letters");
  expect((await start("ada", "short")).stderr).toContain("The password in short must have at least 8");
});
