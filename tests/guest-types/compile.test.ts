import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const at = (name: string) => join(folder.path, name);

/** Compiles a program with the printed declarations, under the strictest options. @returns what the compiler says */
async function compile(program: string, lib: readonly string[]): Promise<string> {
  await ratchet(["schema", "guest-types", "-o", at("ratchet.d.ts")]);
  writeFileSync(at("main.ts"), program);
  const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
  const compilerOptions = { ...strict, module: "esnext", moduleResolution: "bundler", lib, types: [], noEmit: true };
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["ratchet.d.ts", "main.ts"] }));
  const compiler = join(REPOSITORY, "node_modules/.bin/tsc");
  return Bun.spawnSync([compiler, "-p", folder.path, "--pretty", "false"], { cwd: folder.path }).stdout.toString();
}

const PROGRAM = `
import EventEmitter, { once } from "events";
import assert from "node:assert";
import { strictEqual } from "assert/strict";
import { PassThrough, Readable } from "stream";
import { env } from "process";
import util from "util";
import { createHash } from "crypto";
import path from "path";
import http from "http";
import text from "./note.txt";
import picture from "./picture.png";

class Bell extends EventEmitter {}
const value: unknown = 1;
assert(typeof value === "number");
strictEqual(value.toFixed(), "1");

const main: Ratchet.Task<{ city: string }, number, "KEY"> = async ({ city }, { secrets, signal, progress, task }) => {
  progress({ task: task.label });
  const { ok, status, body, headers } = fetch(\`https://example.com/\${city}\`, { headers: { key: secrets.KEY }, timeout: 500 });
  const response = await fetch("https://example.com", { signal });
  for await (const chunk of response.body ?? []) progress(chunk.length);
  if (!ok) throw new HttpError(status, body.message, { cause: headers.etag });
  const now = Temporal.Now.plainDateISO();
  const parts = new Intl.DurationFormat("de").formatToParts({ days: now.day });
  const { readable, writable } = new TransformStream<string, number>();
  await Promise.all([Readable.from(["a"]).map((x) => x).toArray(), once(new Bell(), "ring"), writable.close()]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  http.get("http://example.com", (incoming) => incoming.pipe(new PassThrough()));
  const sum: string = createHash("sha256").update(picture).digest("hex") + env.NODE_ENV + path.join("a") + util.inspect(1);
  return parts.length + digest.byteLength + sum.length + Buffer.from(sum).readUInt8(0) + setTimeout(() => readable, 1);
};
export default main;
`;

test("the declarations compile strictly, and so does a task with them", async () => {
  expect(await compile(PROGRAM, ["esnext"])).toBe("");
});

test("the declarations get along with those of a browser", async () => {
  expect(await compile(PROGRAM, ["esnext", "dom"])).toBe("");
});

test("what a task does not have is an error", async () => {
  const wrong: readonly (readonly [string, string])[] = [
    ["document.title;", "TS2584"],
    ["localStorage.clear();", "TS2304"],
    ["new Worker('x');", "TS2304"],
    ["navigator.serviceWorker;", "TS2339"],
    ["URL.createObjectURL(new Blob());", "TS2339"],
    ["import { readFile } from 'node:fs'; readFile;", "TS2614"],
    ["import { createServer } from 'node:http'; createServer;", "TS2614"],
    ["import { spawn } from 'node:child_process'; spawn;", "TS2614"],
    ["export default ((input, { secret }) => secret) satisfies Ratchet.Task;", "TS2339"],
    ["fetch('https://example.com', { timeout: '5s' });", "TS2322"],
  ];
  const found = await compile(wrong.map(([line]) => line).join("\n"), ["esnext"]);
  for (const [index, [, code]] of wrong.entries()) {
    expect(found).toMatch(new RegExp(`^main\\.ts\\(${index + 1},\\d+\\): error ${code}`, "m"));
  }
});
