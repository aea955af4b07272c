import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace } from "../support/serve-process.ts";

const TOKEN = "ghp_Zk3vQ9wLx7RtB2nM5cJ8";
const PARTS = [...TOKEN].map((_, at) => TOKEN.slice(at, at + 6)).filter((part) => part.length === 6);

/** Writes the secret to where messages are split, and to where the texts of errors are cut. */
const LEAK = `
module.exports = async ({ fail, before }, { secrets: { TOKEN } }) => {
  const at = (length) => "z".repeat(length - before) + TOKEN;
  console.log(at(65536) + "!");
  console.log(at(65536).replace(/zz(?=ghp)/, "\\n") + "\\n" + "y".repeat(65536));
  const origin = "http://127.0.0.1:9/";
  for (const path of [at(200 - origin.length), at(200 - origin.length) + "/end"]) {
    await fetch(origin + path).catch((error) => console.log(String(error)));
  }
  if (!fail) return null;
  const inner = new Error(at(8192));
  inner.name = at(256);
  inner.code = at(256);
  inner.stack = at(8192);
  const error = new AggregateError([inner, at(8192)], at(65536), { cause: inner });
  error.name = at(256);
  error.code = at(256);
  error.stack = at(65536);
  throw error;
};`;

function shownParts(texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([from, text]) =>
    PARTS.filter((part) => text.includes(part)).map((part) => `${part} in ${from}`),
  );
}

test("no part of a secret is shown or stored where a message is split or the text of an error is cut", async () => {
  using place = newWorkplace();
  place.writeTask("leak", LEAK, { permissions: { secrets: ["TOKEN"] } });
  const server = await place.serve(["--dev"]);
  expect((await place.ratchet(["secrets", "set", "TOKEN"], { stdin: TOKEN })).code).toBe(0);
  const texts: Record<string, string> = {};
  for (const before of [20, 8]) {
    const job = (await (
      await fetch(`${server.url}/api/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ task: "leak", input: { fail: true, before }, maxRetries: 0 }),
      })
    ).json()) as JsonObject;
    const ended = await server.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "failed");
    texts[`job ${before}`] = JSON.stringify(ended);
  }
  for (const id of [1, 2]) {
    for (const path of [`executions/${id}`, `executions/${id}/logs?limit=1000`]) {
      texts[path] = await (await fetch(`${server.url}/api/v1/${path}`)).text();
    }
  }
  expect(texts["executions/1/logs?limit=1000"]).toContain("[secret TOKEN]!");
  expect(texts["executions/1/logs?limit=1000"]).toContain("http://127.0.0.1:9/");
  expect(texts["executions/1"]).toContain("z".repeat(8_000));
  for (const fail of [true, false]) {
    const input = JSON.stringify({ fail, before: 20 });
    const task = ["--from-fs", "tasks/leak"];
    const recorded = await place.ratchet(["run-once", ...task, "--record", "recordings", "--input-json", input]);
    texts[`run-once ${fail}`] = recorded.stdout + recorded.stderr;
    const streamed = await place.ratchet(["run-once", ...task, "--ndjson"], { stdin: `${input}\n` });
    texts[`stream ${fail}`] = streamed.stdout + streamed.stderr;
    expect(streamed.stderr).toContain("[secret TOKEN]!");
  }
  const { stdout, stderr } = await server.end();
  texts.log = stdout + stderr;
  for (const entry of readdirSync(place.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) texts[path] = readFileSync(path, "latin1");
  }
  expect(Object.keys(texts).filter((name) => name.includes("recordings/")).length).toBeGreaterThan(2);
  expect(shownParts(texts)).toEqual([]);
}, 60_000);
