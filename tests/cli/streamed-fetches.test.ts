/** The executable streams both ways over real connections, and its recordings give the same result without them. */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCorpusServer } from "../corpus/server.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const server = startCorpusServer();
const folder = temporaryFolder();
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The server sends each event after the task has reported the one before, and wants each piece before it lets the next be made. */
const TASK = `export default async function ({ url }) {
  const get = async (path) => (await fetch(url + path)).json();
  const [tokens, events, upload] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const texts = [];
  for await (const text of (await fetch(url + "/tokens/" + tokens)).body.pipeThrough(new TextDecoderStream())) {
    texts.push(text.length);
    await get("/has/" + tokens);
  }
  const messages = await new Promise((resolve) => {
    const all = [];
    const source = new EventSource(url + "/tokens/" + events);
    source.onmessage = async ({ data }) => {
      all.push(data === "[DONE]" ? data : JSON.parse(data).choices[0].delta.content);
      if (data === "[DONE]") { source.close(); resolve(all); }
      else await get("/has/" + events);
    };
  });
  let made = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (made > 0) await get("/arrived/" + upload + "/" + made);
      if (made === 2) return controller.close();
      controller.enqueue(new TextEncoder().encode("piece " + ++made + "; "));
    },
  }, { highWaterMark: 0 });
  const sent = await fetch(url + "/collect/" + upload, { method: "POST", duplex: "half", body });
  return { texts, messages, collected: await sent.json() };
}
`;

test("bodies and events stream, and a replay without the network gives the same", async () => {
  const file = join(folder.path, "streams.js");
  writeFileSync(file, TASK);
  const sessions = join(folder.path, "sessions");
  const run = await ratchet([
    "run-once",
    "--from-fs",
    file,
    "--input-json",
    JSON.stringify({ url: server.url }),
    "--record",
    sessions,
  ]);
  expect([run.stderr.replace(/^.*recorded.*\n/gim, ""), run.exitCode]).toEqual(["", 0]);
  const { texts, messages, collected } = JSON.parse(run.stdout);
  expect(texts).toHaveLength(4);
  expect([messages, collected]).toEqual([
    ["Hi", " ", "thére", "[DONE]"],
    { text: "piece 1; piece 2; ", chunked: true },
  ]);
  await server[Symbol.asyncDispose]();
  const replay = await ratchet(["replay", file, "--recording", sessions]);
  expect([replay.stderr, replay.exitCode]).toEqual(["", 0]);
});
