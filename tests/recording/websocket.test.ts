import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../src/domain/shared-text.ts";
import type { ExecuteResult } from "../../src/execution/execute.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { harViolations } from "../support/har-violations.ts";
import { recordTask, replayTask } from "../support/record-task.ts";
import { closeWith, type ServerConnection, startSocketServer } from "../support/socket-server.ts";
import { temporaryFolder, writeTask } from "../support/task-folder.ts";

const client = createHttpClient();
const server = await startSocketServer();
let inline: Executor;
let pool: Executor;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  inline = createInlineExecutor();
  pool = createPoolExecutor({ workers: 1 });
  place = await temporaryFolder();
});
afterAll(async () => {
  server.stop();
  await Promise.all([client.stop(), inline.stop(), pool.stop(), place[Symbol.asyncDispose]()]);
});

const TALK = `async ({ url, says = "hello" }, { secrets }) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const seen = [];
  const next = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  socket.onmessage = ({ data }) => seen.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
  await next("open");
  socket.send(JSON.stringify({ says, mark: secrets.TOKEN ?? "none" }));
  await next("message");
  socket.send(new Uint8Array([1, 2, 3]));
  seen.push("timer " + await Promise.race([next("message").then(() => "late"), new Promise((resolve) => setTimeout(() => resolve("early"), 1))]));
  while (seen.length < 5) await next("message");
  socket.close(3000, "enough");
  const { code, reason, wasClean } = await next("close");
  return [seen, code, reason, wasClean, socket.bufferedAmount];
}`;

async function talk(peer: ServerConnection): Promise<void> {
  const said = JSON.parse(String((await peer.next())?.payload));
  peer.frame(0x81, JSON.stringify({ welcome: said.mark }));
  await peer.next();
  peer.frame(0x82, Uint8Array.of(9, 8));
  peer.frame(0x81, "two");
  peer.frame(0x81, "three");
  await peer.next();
  peer.frame(0x88, closeWith(3000, "enough"));
}

const outputOf = (result: ExecuteResult) =>
  result.status === "completed" ? JSON.parse(readText(result.outputJson)) : result.error.message;

describe("the recording of a WebSocket", () => {
  async function record(secrets?: Record<string, string>) {
    const task = await writeTask(place.path, TALK);
    const dir = join(place.path, crypto.randomUUID());
    const run = {
      executor: inline,
      task,
      dir,
      http: client.send,
      input: { url: server.url },
      ...(secrets && { secrets }),
    };
    const [recorded] = await Promise.all([recordTask(run), server.accept().then(talk)]);
    const text = await readFile(join(recorded.folder, "requests.har"), "utf8");
    expect(harViolations(JSON.parse(text))).toEqual([]);
    return { ...recorded, task, text };
  }

  test("is replayed without a network, on every executor", async () => {
    const { result, folder, task, text } = await record();
    const [entry] = JSON.parse(text).log.entries;
    expect(entry._resourceType).toBe("websocket");
    expect(entry._webSocketEnd).toEqual({ code: 3000, reason: "enough", wasClean: true });
    const messages = entry._webSocketMessages.map(({ type, opcode, data }: Record<string, unknown>) => [
      type,
      opcode,
      data,
    ]);
    expect(messages).toEqual([
      ["send", 1, '{"says":"hello","mark":"none"}'],
      ["receive", 1, '{"welcome":"none"}'],
      ["send", 2, "AQID"],
      ["receive", 2, "CQg="],
      ["receive", 1, "two"],
      ["receive", 1, "three"],
      ["send", 8, "enough"],
    ]);
    for (const executor of [inline, pool]) {
      const replayed = await replayTask(executor, task, folder);
      expect(replayed.comparison).toEqual({ equal: true, differences: [] });
      expect(outputOf(replayed.result)).toEqual(outputOf(result));
    }
    expect(server.connections).toBe(1);
  });

  test("has no secrets, in either direction", async () => {
    const { folder, task, text } = await record({ TOKEN: "open-sesame-123" });
    expect(text).not.toContain("open-sesame-123");
    const { comparison } = await replayTask(inline, task, folder);
    expect(comparison).toEqual({ equal: true, differences: [] });
  });

  test("shows what a changed task sends differently", async () => {
    const { folder, task } = await record();
    await writeFile(
      join(task, "main.js"),
      TALK.replace('says = "hello"', 'says = "bye"').replace('"enough"', '"over"'),
    );
    const { comparison } = await replayTask(inline, task, folder);
    const place = `WebSocket ${server.url}`;
    expect(comparison.equal).toBe(false);
    expect(comparison.differences).toContain(`${place}: message 0 differs: /says: expected "hello", got "bye"`);
    expect(comparison.differences).toContain(`${place}: it was closed with 3000 and the reason "over"`);
  });

  test("keeps why it could not be opened", async () => {
    const closed = await startSocketServer();
    closed.stop();
    const code =
      "({ url }) => new Promise((resolve) => { new WebSocket(url).onerror = ({ message, error }) => resolve([message, error.cause.code]); })";
    const task = await writeTask(place.path, code);
    const dir = join(place.path, crypto.randomUUID());
    const { result, folder } = await recordTask({
      executor: inline,
      task,
      dir,
      http: client.send,
      input: { url: closed.url },
    });
    const replayed = await replayTask(inline, task, folder);
    expect(replayed.comparison).toEqual({ equal: true, differences: [] });
    expect(outputOf(result)).toEqual([expect.stringContaining("the connection was refused"), "ECONNREFUSED"]);
  });
});
