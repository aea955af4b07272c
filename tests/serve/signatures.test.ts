/** A server that requires signatures runs only what a trusted key has signed, and a pinned source only as it was. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let key = "";

beforeEach(async () => {
  place = newWorkplace();
  key = (await place.ratchet(["task", "keygen", "release.key"])).stdout.trim();
  place.writeTask("signed", "() => 1");
  place.writeTask("unsigned", "() => 1");
  expect((await place.ratchet(["task", "sign", "tasks/signed", "--key", "release.key"])).code).toBe(0);
});
afterEach(() => place[Symbol.dispose]());

const serve = (registry: object): Promise<ServeProcess> => {
  place.write("own.yaml", JSON.stringify({ registry }));
  return place.serve(["--config", "own.yaml"]);
};
const requiring = (watch: boolean) => ({
  require_signatures: true,
  trusted_keys: [key],
  sources: [{ name: "tasks", uri: "file://./tasks", config: { watch } }],
});

interface Listed {
  items: { name: string; state: string; error: string | null; problems: { message: string }[] }[];
}

async function problemsOf(server: ServeProcess): Promise<string> {
  const { body } = await server.call("GET", "/api/v1/registry/sources");
  const { items } = body as unknown as Listed;
  return JSON.stringify(items.find(({ name }) => name === "tasks"));
}

const execute = (server: ServeProcess, task: string) =>
  server.call("POST", `/api/v1/tasks/${task}/execute`, { input: null });

test("a task without a signature is refused when the source is read, and the source says why", async () => {
  const server = await serve(requiring(false));
  expect((await execute(server, "signed")).body).toMatchObject({ success: true, output: 1 });
  expect((await execute(server, "unsigned")).status).toBe(404);
  expect(await problemsOf(server)).toContain("is not signed");
  // The tasks that are part of the executable need no signature.
  const { body } = await server.call("GET", "/api/v1/tasks?limit=100");
  expect((body.items as { label: string }[]).map(({ label }) => label)).not.toContain("unsigned");
  await server.end();
});

test("a task that changes after the source was read does not run, even where nobody watches", async () => {
  const server = await serve(requiring(false));
  place.write("tasks/signed/main.js", "() => 'changed'");
  const { status, body } = await execute(server, "signed");
  expect([status, body.code]).toEqual([422, "TASK_INVALID"]);
  expect(body.detail).toContain("was changed after it was signed");
  expect(await problemsOf(server)).toContain("main.js differs");
  await server.end();
});

test("a watched task becomes available once it is signed, and unavailable once its signature is gone", async () => {
  const server = await serve(requiring(true));
  expect((await place.ratchet(["task", "sign", "tasks/unsigned", "--key", "release.key"])).code).toBe(0);
  await server.until("/api/v1/tasks?limit=100", ({ items }) =>
    (items as { label: string; inSync: boolean }[]).some(({ label, inSync }) => label === "unsigned" && inSync),
  );
  rmSync(join(place.folder, "tasks/unsigned/signature.json"));
  await server.until("/api/v1/registry/sources", (body) => JSON.stringify(body).includes("is not signed"));
  expect((await execute(server, "unsigned")).body.detail).toContain("is not signed");
  await server.end();
});

test("./ratchet.yaml can neither switch signatures off nor add keys nor replace pinned sources", async () => {
  for (const [setting, value] of [
    ["require_signatures", false],
    ["trusted_keys", [key]],
  ] as const) {
    place.write("ratchet.yaml", JSON.stringify({ registry: { [setting]: value } }));
    const { code, stdout, stderr } = await place.ratchet(["config", "validate"]);
    expect(code).toBe(3);
    expect(stdout + stderr).toContain(setting);
  }
  const checksum = `sha256:${"0".repeat(64)}`;
  place.write(
    "home/.config/ratchet/config.yaml",
    JSON.stringify({ registry: { sources: [{ name: "own", uri: "file://./own", checksum }] } }),
  );
  place.write("ratchet.yaml", JSON.stringify({ registry: { sources: [{ name: "theirs", uri: "file://./tasks" }] } }));
  const env = { XDG_CONFIG_HOME: join(place.folder, "home/.config") };
  const { stdout } = await place.ratchet(["config", "show", "--json"], { env });
  expect(stdout).toContain(checksum);
  expect(stdout).not.toContain("theirs");
});

test("a pinned source is used only while it has its checksum, and the message has the one that it has", async () => {
  const pinned = (checksum: string) => ({ sources: [{ name: "tasks", uri: "file://./tasks", checksum }] });
  const server = await serve(pinned(`sha256:${"0".repeat(64)}`));
  expect((await execute(server, "signed")).status).toBe(404);
  const [, found = ""] = /its checksum is (sha256:[0-9a-f]{64})/.exec(await problemsOf(server)) ?? [];
  await server.end();

  const again = await serve(pinned(found));
  expect((await execute(again, "unsigned")).body).toMatchObject({ success: true });
  place.write("tasks/unsigned/main.js", "() => 'changed'");
  await again.call("POST", "/api/v1/registry/sources/tasks/refresh", {});
  expect(await problemsOf(again)).toContain("pins");
  expect((await execute(again, "unsigned")).body.output).not.toBe("changed");
  await again.end();

  await place.ratchet(["pack", "tasks/signed", "-o", "signed.zip"]);
  const sha256 = new Bun.CryptoHasher("sha256").update(readFileSync(join(place.folder, "signed.zip"))).digest("hex");
  const archive = { name: "tasks", uri: "file://./signed.zip", checksum: `sha256:${sha256.toUpperCase()}` };
  const packed = await serve({ sources: [archive] });
  expect((await execute(packed, "signed")).body).toMatchObject({ success: true });
  await packed.end();
});
