import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import type { JsonObject } from "../../src/domain/json.ts";
import { isShort, secretForms } from "../../src/secrets/masking/forms.ts";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

/** Twenty secrets of different kinds. */
const PLANTED: Readonly<Record<string, string>> = {
  PLAIN: "plain-7f3a9c-token",
  QUOTES: 'with "quotes" and \\backslashes\\',
  LINES: "first planted line\nsecond planted line\n",
  CRLF: "one planted line\r\nanother planted line",
  PEM: "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----",
  UMLAUTS: "pässwörd-grüßt-öfter",
  CHINESE: "秘密的钥匙不要告诉别人啊",
  EMOJI: "key🔑🗝🔐 of emoji",
  UNSAFE: "a+b/c=d&e?f#g%h i;j:k@l,m",
  SPACES: "  planted spaces around  ",
  DIGITS: "90817263540918",
  BASE64: Buffer.from("planted bytes \u0001\u00ff\u00fe for base64").toString("base64"),
  SERVICE: JSON.stringify({ type: "planted", private_key: "abc\ndef/ghi+jkl" }),
  APOSTROPHES: "it's 'planted' in `quotes` $(here)",
  TABS: "tab\tseparated\tplanted",
  MARKUP: '<planted attr="1">&amp;</planted>',
  URL: "https://user:planted@example.com/path?query=planted#hash",
  LONG: "long-planted-".repeat(40),
  SHORT: "zQ7!x",
  SHORTER: "~µ9",
};
const NAMES = Object.keys(PLANTED);
const long = Object.entries(PLANTED).filter(([, value]) => !isShort(value));
const short = Object.entries(PLANTED).filter(([, value]) => isShort(value));

/** Writes every secret to wherever a task can write, in every form. */
const LEAK = `
const base64 = (text, before = "") => btoa(String.fromCharCode(...new TextEncoder().encode(before + text)));
const formsOf = (value) => [
  value, "x" + value + "y", JSON.stringify({ value }), JSON.stringify([JSON.stringify({ value })]), encodeURIComponent(value),
  encodeURI(value), new URLSearchParams({ value }).toString(), base64(value), base64(value, "x"), base64(value, "xx"),
  base64(value, "user:").replaceAll("+", "-").replaceAll("/", "_"), "Basic " + base64("user:" + value),
  base64(JSON.stringify({ value })),
];
module.exports = async (input, context) => {
  const { secrets } = context;
  const values = input.given ?? Object.values(secrets);
  const forms = {};
  for (const value of values) {
    const isShort = [...value].length < 8;
    console.log(value);
    console.error({ value }, [value]);
    if (isShort) { forms[values.indexOf(value)] = value; continue; }
    for (const form of formsOf(value)) console.log("log: " + form);
    forms[value] = formsOf(value);
  }
  context.progress({ forms });
  if (input.fail) {
    const error = new Error(values.map((value) => ([...value].length < 8 ? "" : "failed with " + value)).join());
    error.name = values.find((value) => value.length > 8);
    error.code = values[0];
    error.cause = new TypeError(formsOf(values[0]).join());
    throw error;
  }
  return { forms, lengths: values.map((value) => value.length) };
};`;

/** Texts in which there must not be a secret, by where they are from. */
const collected = new Map<string, string>();

function collect(from: string, text: string): void {
  collected.set(from, (collected.get(from) ?? "") + text);
}

async function get(server: ServeProcess, path: string): Promise<void> {
  collect(path, await (await fetch(server.url + path)).text());
}

/** The files of a recording, which are compressed. */
async function getRecording(server: ServeProcess, execution: number): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/executions/${execution}/recording`);
  if (response.status !== 200) return collect("no recording", await response.text());
  const { files } = await JSZip.loadAsync(await response.arrayBuffer());
  for (const file of Object.values(files)) collect("recordings", await file.async("text"));
}

async function post(server: ServeProcess, path: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  collect(`POST ${path}`, text);
  return JSON.parse(text) as JsonObject;
}

/** Every file below a folder, byte by byte, but not the programs of tasks. */
function collectFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes("/tasks")) continue;
    const path = join(entry.parentPath, entry.name);
    collect(path, readFileSync(path, "utf8"));
  }
}

function leaks(): string[] {
  const found: string[] = [];
  for (const [from, text] of collected) {
    for (const [name, value] of long) {
      for (const { id, text: form } of secretForms(value))
        if (text.includes(form)) found.push(`${name} as ${id} in ${from}`);
    }
    for (const [name, value] of short) if (text.includes(value)) found.push(`${name} in ${from}`);
  }
  return found;
}

async function plant(server: ServeProcess, place: ReturnType<typeof newWorkplace>): Promise<void> {
  for (const [index, [name, value]] of Object.entries(PLANTED).entries()) {
    if (index % 3 === 0) {
      // One more line feed, which is dropped.
      const { code, stdout, stderr } = await place.ratchet(["secrets", "set", name], { stdin: `${value}\n` });
      expect(code).toBe(0);
      collect("secrets set", stdout + stderr);
    } else if (index % 3 === 1) {
      const response = await fetch(`${server.url}/api/v1/secrets/${name}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ value }),
      });
      expect(response.status).toBe(201);
      collect("PUT", await response.text());
    } else {
      const query = "mutation($name: String!, $value: String!) { setSecret(name: $name, value: $value) { name } }";
      const { errors } = await post(server, "/graphql", { query, variables: { name, value } });
      expect(errors).toBeUndefined();
    }
  }
}

test("after a day of use, no form of twenty planted secrets is anywhere", async () => {
  using place = newWorkplace();
  place.writeTask("leak", LEAK, { permissions: { secrets: NAMES } });
  place.writeTask("carrier", LEAK);
  const server = await place.serve(["--dev"], { RATCHET_LOGGING_FILE_PATH: "server.log" });
  const events = new AbortController();
  const stream = await fetch(`${server.url}/api/v1/events`, { signal: events.signal });
  const reading = (async () => {
    for await (const piece of stream.body ?? []) collect("events", Buffer.from(piece).toString("utf8"));
  })().catch(() => {});
  await plant(server, place);
  const to = [{ type: "slack", url: "http://127.0.0.1:1/channel" }];
  await post(server, "/api/v1/notifications/rules", { name: "failures", when: "job.failed", throttle: "0s", to });
  const given = Object.values(PLANTED);

  const direct = await post(server, "/api/v1/tasks/leak/execute", {});
  expect(direct.output).toMatchObject({ lengths: given.map((value) => value.length) });
  await post(server, "/api/v1/tasks/leak/execute", { input: { fail: true } });
  const jobs = [
    await post(server, "/api/v1/jobs", { task: "leak" }),
    await post(server, "/api/v1/jobs", { task: "leak", input: { fail: true }, maxRetries: 0 }),
    await post(server, "/api/v1/jobs", { task: "carrier", input: { given, nested: JSON.stringify({ given }) } }),
    await post(server, "/api/v1/jobs", { task: "carrier", input: { given, fail: true }, maxRetries: 0 }),
  ];
  const query = `mutation($input: JSON) { executeTaskDirect(input: {task: "carrier", input: $input}) { success output } }`;
  await post(server, "/graphql", { query, variables: { input: { given } } });
  await post(server, "/api/v1/schedules", { name: "daily", task: "carrier", cron: "0 2 * * *", input: { given } });
  await post(server, "/api/v1/schedules/1/trigger", {});
  // Rejected by the API itself.
  await post(server, "/api/v1/jobs", { task: given[0] ?? "", input: { given } });
  for (const { id } of jobs) {
    await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed" || status === "failed");
  }
  const carried = await server.until(`/api/v1/jobs/${jobs[2]?.id}`, ({ status }) => status === "completed");
  // The task has received the values.
  expect(carried.output).toMatchObject({ lengths: given.map((value) => value.length) });
  const key = await place.ratchet(["secrets", "rotate-key"]);
  expect(key.code).toBe(0);
  const again = await post(server, `/api/v1/jobs/${jobs[3]?.id}/retry`, {});
  await server.until(`/api/v1/jobs/${again.id}`, ({ status }) => status === "failed");

  for (const path of ["/api/v1/jobs", "/api/v1/executions", "/api/v1/schedules", "/api/v1/tasks/leak", "/metrics"]) {
    await get(server, path);
  }
  for (const path of ["/docs", "/openapi.json", "/playground", "/api/v1/secrets", "/api/v1/tasks/leak/source"]) {
    await get(server, path);
  }
  for (let id = 1; id <= 9; id++) {
    await get(server, `/api/v1/executions/${id}`);
    await get(server, `/api/v1/executions/${id}/logs?limit=1000`);
    await get(server, `/api/v1/executions/${id}/trace`);
    await getRecording(server, id);
    await get(server, `/api/v1/jobs/${id}`);
  }
  for (const task of ["leak", "carrier"]) await get(server, `/api/v1/tasks/${task}/inputs`);
  await get(server, "/api/v1/logs?limit=1000");
  await get(server, "/api/v1/stats/history");
  await get(server, "/api/v1/settings");
  await server.until("/api/v1/notifications/deliveries", ({ items }) => JSON.stringify(items).includes("job.failed"));
  await get(server, "/api/v1/notifications/deliveries");
  const everything = `{ jobs { nodes { id input output error progress } } executions { nodes { id input output error } }
    schedules { nodes { id input } } secrets { name } }`;
  await post(server, "/graphql", { query: everything });
  for (const [index, path] of ["leak", "leak"].entries()) {
    const input = JSON.stringify({ fail: index === 1 });
    const recorded = ["run-once", "--from-fs", `tasks/${path}`, "--record", "recordings", "--input-json", input];
    const { stderr } = await place.ratchet(recorded);
    collect("run-once", stderr);
  }
  collectFiles(place.folder);
  events.abort();
  await reading;
  const { stdout, stderr } = await server.end();
  collect("log", stdout + stderr);
  collectFiles(place.folder);
  const pages = ["/api/v1/executions/1/logs?limit=1000", "/api/v1/logs?limit=1000", "/api/v1/notifications/deliveries"];
  for (const must of ["events", "log", "recordings", "run-once", join(place.folder, "server.log"), ...pages]) {
    expect([must, (collected.get(must) ?? "").length > 100]).toEqual([must, true]);
  }
  expect([...collected.keys()].filter((path) => /ratchet\.db-wal$|\.har$/.test(path)).length).toBeGreaterThan(1);
  expect(leaks()).toEqual([]);
  // It was really there to be masked.
  expect(collected.get("/api/v1/executions/1/logs?limit=1000")).toContain("[secret PLAIN]");
}, 120_000);
