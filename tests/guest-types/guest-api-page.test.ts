/** docs/guest-api.md is complete, agrees with what `validate` says, and its examples run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { absenceOf, NODE_MODULES } from "../../src/task/node/module-table.ts";
import { ABSENT_GLOBALS, ABSENT_PROCESS } from "../../src/task/program/absent-globals.ts";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const page = readFileSync(join(REPOSITORY, "docs/guest-api.md"), "utf8");
const folder = temporaryFolder();
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: (request, self) => (self.upgrade(request) ? undefined : Response.json([1, 2, 3])),
  websocket: { message: (socket, message) => void socket.send(message) },
});
afterAll(() => {
  folder[Symbol.dispose]();
  return server.stop(true);
});

test("every global of the web platform, of Node.js and of Ratchet is on the page", async () => {
  const { stdout } = await ratchet(["schema", "guest-types"]);
  const names = [...stdout.matchAll(/^declare (?:var|function) (\w+)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("every declared global is documented where it is declared", async () => {
  const { stdout } = await ratchet(["schema", "guest-types"]);
  const names = new Set([...stdout.matchAll(/^declare (?:var|function) (\w+)/gm)].map(([, name]) => name));
  const isDocumented = (name = "") =>
    new RegExp(`\\*/\\n(?:declare (?:var|function)|interface) ${name}\\b`).test(stdout);
  expect([...names].filter((name) => !isDocumented(name))).toEqual([]);
});

test("every member of the context is on the page", async () => {
  const { stdout } = await ratchet(["schema", "guest-types"]);
  const context = /interface Context<[^{]*\{(?<members>.*?)\n {2}\}/s.exec(stdout)?.groups?.members ?? "";
  const names = [...context.matchAll(/^ {4}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name]) => name);
  expect(names).toContain("progress");
  for (const name of names) expect(page).toMatch(new RegExp(`^\\| \`${name}[\`(]`, "m"));
});

describe("modules of Node.js", () => {
  const section = page.slice(
    page.indexOf("\n## Modules of Node.js\n"),
    page.indexOf("\n## What a task does not have\n"),
  );

  test("that can be used are on the page", () => {
    const usable = Object.keys(NODE_MODULES).filter((name) => absenceOf(name) === undefined);
    // The page says "with their submodules"; sys is an old name of util, and console the global.
    const mains = usable.filter((name) => !name.includes("/") && name !== "sys" && name !== "console");
    expect(mains.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });

  test("that can't be used have the reason and the remedy that validate gives", () => {
    for (const name of Object.keys(NODE_MODULES)) {
      const absence = absenceOf(name);
      const row = absentRow(`node:${name}`);
      if (absence === undefined) expect([name, row]).toEqual([name, undefined]);
      else expect([name, row]).toEqual([name, absence]);
    }
  });
});

test("what no task has is on the page with the reason and the remedy that validate gives", () => {
  const all = [
    ...Object.entries(ABSENT_GLOBALS),
    ...Object.entries(ABSENT_PROCESS).map(([name, absence]) => [`process.${name}`, absence] as const),
  ];
  for (const [name, absence] of all) expect([name, absentRow(name)]).toEqual([name, absence]);
});

/** What the table of absent things says about one of them. */
function absentRow(name: string): { reason: string; remedy: string } | undefined {
  const rows = page.slice(page.indexOf("\n## What a task does not have\n")).split("\n");
  const cells = rows.map((line) => line.split(" | ")).find(([names]) => names?.includes(`\`${name}\``));
  if (cells?.[1] === undefined || cells[2] === undefined) return undefined;
  return { reason: cells[1], remedy: cells[2].replace(/ \|$/, "") };
}

describe("the examples", () => {
  const examples = [...page.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)]
    .map(([text]) => text.replace(/^ {4}/gm, "").trim())
    .filter((text) => text !== "");
  const input = {
    ...{ pages: 2, url: server.url.origin, nowhere: "http://127.0.0.1:1/", text: "a", key: "k" },
    symbols: ["x"],
    instant: "2026-11-28T10:00:00Z",
  };
  const outputs: readonly unknown[] = [
    "example0 has read 2 pages",
    { id: "a-1", isOnce: true, first: "early", reminded: "TimeoutError" },
    3,
    { ok: true, same: true },
    "ECONNREFUSED",
    { subscribe: ["x"] },
    { zoned: "2026-11-28T19:00:00+09:00[Asia/Tokyo]", price: "1.234,50\u00a0€" },
    expect.objectContaining({ signature: expect.stringMatching(/^[\da-f]{64}$/) }),
  ];

  beforeAll(() => {
    mkdirSync(join(folder.path, "node_modules"));
    symlinkSync(join(REPOSITORY, "node_modules/typescript"), join(folder.path, "node_modules/typescript"));
    for (const [index, code] of examples.entries()) writeFileSync(join(folder.path, `example${index}.js`), code);
  });

  test("are as many as the results here", () => expect(examples).toHaveLength(outputs.length));

  test.each(outputs.map((output, index) => [index, output]))("%i has its result", async (index, output) => {
    const run = await ratchet(["run", "-q", "-i", JSON.stringify(input), `example${index}.js`], { cwd: folder.path });
    expect(run.stderr).toBe("");
    expect(JSON.parse(run.stdout)).toEqual(output);
  });

  test("have no wrong types", async () => {
    const names = examples.map((_, index) => `example${index}.js`);
    const run = await ratchet(["validate", "--types", ...names], { cwd: folder.path });
    expect(run.stdout).toContain(" 0 errors");
  });
});
