import { expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import { ReadingPace } from "../../src/http/reading-pace.ts";
import { call, failureOf } from "../support/http-call.ts";
import { startRawServer } from "../support/raw-server.ts";

const MB = 1024 * 1024;

test("the first bytes of every body are read at once", () => {
  const pace = new ReadingPace(() => 0);
  const large = pace.body("a", false);
  large.read(100 * MB);
  const small = pace.body("b", false);
  expect(small.turn()).toBeUndefined();
  small.read(MB - 1);
  expect(small.turn()).toBeUndefined();
});

test("a body that is alone is read at the pace, after a burst", async () => {
  let time = 0;
  const pace = new ReadingPace(() => time);
  const body = pace.body("a", false);
  body.read(MB);
  let read = 0;
  for (; body.turn() === undefined; read += MB / 4) body.read(MB / 4);
  expect(read).toBe(MB);
  time = 1_000;
  const [next, waiting] = [pace.body("b", false), pace.body("c", false)];
  next.read(MB);
  waiting.read(MB);
  // Whoever waits has the next turn.
  await next.turn();
});

test("a body whose size was announced does not wait for those that may have no end", () => {
  const pace = new ReadingPace(() => 0);
  const endless = pace.body("a", false);
  endless.read(MB);
  endless.turn();
  endless.read(100 * MB);
  const announced = pace.body("b", true);
  announced.read(MB);
  expect(announced.turn()).toBeUndefined();
  announced.read(100 * MB);
  expect(announced.turn()).toBeInstanceOf(Promise);
});

test("tasks take turns, however many bodies they have", async () => {
  let time = 0;
  const pace = new ReadingPace(() => time);
  const spender = pace.body("a", false);
  spender.read(MB);
  spender.turn();
  spender.read(2 * MB);
  const begun: string[] = [];
  const wait = (task: string) => {
    const body = pace.body(task, false);
    body.read(MB);
    return Promise.resolve(body.turn()).then(() => {
      begun.push(task);
      body.read(8 * MB);
      // What was read has to be paid back before the next turn.
      time += 1_000;
    });
  };
  const all = [wait("greedy"), wait("greedy"), wait("greedy"), wait("modest")];
  time = 1_000;
  await Promise.all(all);
  expect(begun).toEqual(["greedy", "modest", "greedy", "greedy"]);
});

test("endless bodies are ended at their limit, and their connections closed", async () => {
  const floods: Promise<number>[] = [];
  using server = startEndless(floods);
  const client = createHttpClient({ maxConnections: 100, maxResponseBytes: 4 * MB });
  const owner = { executionId: "1", taskUuid: "flooded" };
  const failures = await Promise.all([1, 2, 3, 4].map(() => failureOf(call(client.send, server.url, { owner }))));
  expect(failures.map(({ kind }) => kind)).toEqual(Array(4).fill("too-large"));
  // The connections are closed, so the server stops sending.
  await Promise.all(floods);
  await client.stop();
});

function startEndless(floods: Promise<number>[]) {
  const server = startRawServer((connection) => {
    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    floods.push(connection.flood("x".repeat(64 * 1024)));
  });
  return { url: server.url, [Symbol.dispose]: () => server.stop() };
}
