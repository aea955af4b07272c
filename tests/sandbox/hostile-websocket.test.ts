import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHttpClient } from "../../src/http/http-client.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { failureOf, type Given, outputOf } from "../conformance/request.ts";
import { eventually } from "../support/eventually.ts";
import { type SocketServer, startSocketServer } from "../support/socket-server.ts";

const MOST = 30;
const shared = createHttpClient({ maxConnections: MOST, timeoutMs: 300 });
const owner = { executionId: "1", taskUuid: "task" };
const http: Given["http"] = (request, signal) => shared.send({ ...request, owner }, signal);
let pool: Executor;
let server: SocketServer;
beforeAll(async () => {
  pool = createPoolExecutor({ workers: 1 });
  server = await startSocketServer();
});
afterAll(async () => {
  server.stop();
  await Promise.all([pool.stop(), shared.stop()]);
});

describe("hostile WebSockets", () => {
  test("a server that floods small messages leaves the pool's thread to others", async () => {
    const code = `(url) => new Promise((resolve) => {
      const socket = new WebSocket(url);
      let count = 0;
      socket.onmessage = () => { count += 1; if (count === 8_000) resolve(count); };
    })`;
    const piece = Buffer.alloc(64 * 1024).fill(Buffer.of(0x81, 0));
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    const flood = server.accept().then((peer) => {
      const write = () => {
        if (peer.write(piece)) setImmediate(write);
      };
      peer.onDrain(write);
      write();
      turn();
    });
    const limits = { fetchTotalBytes: 1_000_000_000 };
    expect(await outputOf(pool, code, { input: server.url, http, limits })).toBe(8_000);
    isOver = true;
    await flood;
    expect(turns).toBeGreaterThan(20);
  });

  test("a task that opens a thousand gets its share of the connections, and gives them all back", async () => {
    const code = `(url) => { for (let i = 0; i < 1_000; i++) new WebSocket(url).onerror = () => {}; return new Promise(() => {}); }`;
    const many = await startSocketServer();
    const error = await failureOf(pool, code, { input: many.url, http, limits: { timeMs: 1_000 } });
    expect(error.code).toMatch(/^(?:TIME_LIMIT|NEVER_SETTLED)$/);
    expect(many.connections).toBeGreaterThan(0);
    expect(many.connections).toBeLessThan(MOST);
    many.stop();
    const again = "(url) => new Promise((resolve) => { new WebSocket(url).onopen = () => resolve('open'); })";
    await eventually(async () => {
      const [output] = await Promise.all([outputOf(pool, again, { input: server.url, http }), server.accept()]);
      return output === "open";
    });
  });

  test("a handshake without an end meets the time limit of a request", async () => {
    const silent = await startSocketServer({ response: null });
    const code =
      "(url) => new Promise((resolve) => { new WebSocket(url).onerror = ({ error }) => resolve(error.name); })";
    expect(await outputOf(pool, code, { input: silent.url, http })).toBe("TimeoutError");
    silent.stop();
  });

  test("a task that changed what the guest API works with opens nothing else", async () => {
    const code = `(url) => {
      const seen = [];
      JSON.stringify = () => '{"url":"file:///etc/passwd","protocols":[]}';
      Array.prototype.toJSON = () => ["a b"];
      RegExp.prototype.test = () => true;
      for (const target of [url, "ftp://a.test/"]) {
        try { const socket = new WebSocket(target, ["x"]); socket.close(); seen.push(socket.url); } catch (error) { seen.push(error.name); }
      }
      return seen;
    }`;
    const output = await outputOf(pool, code, { input: server.url, http });
    expect(output).not.toContain("ftp://a.test/");
  });
});
