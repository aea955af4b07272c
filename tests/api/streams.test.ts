/** The stream of a run is followed while it is written, and afterwards from any item. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type PlayedRun, playRun } from "../support/played-run.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Frame {
  id?: string;
  event?: string;
  data?: string;
}

/** Follows a stream. @returns its frames with an event, one by one */
async function* follow({ executionId }: PlayedRun, headers: Record<string, string> = {}): AsyncGenerator<Frame> {
  const response = await fetch(`${server.url}/api/v1/executions/${executionId}/stream`, { headers });
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const frame = Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s).slice(0, 2))) as Frame;
      if (frame.event !== undefined) yield frame;
    }
  }
}

async function all(frames: AsyncGenerator<Frame>): Promise<Frame[]> {
  const found: Frame[] = [];
  for await (const frame of frames) found.push(frame);
  return found;
}

async function newRun(): Promise<PlayedRun> {
  return playRun(server.deps, (await server.call("POST", "/api/v1/jobs", { task: "sleeping" })).body.id);
}

const item = (number: number, value: unknown): Frame => ({
  id: String(number),
  event: "item",
  data: JSON.stringify(value),
});
const END: Frame = { event: "end", data: '{"status":"completed"}' };

test("items arrive while the run writes them, and the end at last", async () => {
  const run = await newRun();
  const frames = follow(run);
  await run.write(0, [{ row: 1 }]);
  expect((await frames.next()).value).toEqual(item(0, { row: 1 }));
  const next = frames.next();
  await run.write(1, ["two\nlines", null]);
  expect((await next).value).toEqual(item(1, "two\nlines"));
  expect((await frames.next()).value).toEqual(item(2, null));
  const last = frames.next();
  await run.end({ kind: "completed", outputJson: "null" });
  expect((await last).value).toEqual(END);
  expect((await frames.next()).done).toBe(true);
});

test("a stream is kept, and resumed after any item", async () => {
  const run = await newRun();
  const items = Array.from({ length: 250 }, (_, index) => ({ row: index }));
  await run.write(0, items);
  await run.end({ kind: "completed", outputJson: "null" });
  const expected = [...items.map((value, number) => item(number, value)), END];
  expect(await all(follow(run))).toEqual(expected);
  expect(await all(follow(run, { "last-event-id": "247" }))).toEqual(expected.slice(248));
  expect(await all(follow(run, { "last-event-id": "249" }))).toEqual([END]);
  const response = await fetch(`${server.url}/api/v1/executions/${run.executionId}/stream?lastEventId=248`);
  expect(await response.text()).toEndWith(
    'id: 249\nevent: item\ndata: {"row":249}\n\nevent: end\ndata: {"status":"completed"}\n\n',
  );
});

test("an execution that writes nothing has a stream that ends", async () => {
  const run = await newRun();
  const frames = all(follow(run));
  await run.end({ kind: "failed", error: { code: "TASK_FAILED", message: "no" } });
  expect(await frames).toEqual([{ event: "end", data: '{"status":"failed"}' }]);
});

test("what does not exist has no stream", async () => {
  const response = await fetch(`${server.url}/api/v1/executions/999999/stream`);
  expect(response.status).toBe(404);
  const wrong = await fetch(`${server.url}/api/v1/executions/1/stream`, { headers: { "last-event-id": "x" } });
  expect(wrong.status).toBe(400);
});
