/** Clients that are slow, or that don't speak as they should: told so where they can be, and none holds on for ever. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false, settings: { bodyTimeoutMs: 300, maxBodyBytes: 1_000_000 } });
});
afterAll(async () => {
  expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  await server[Symbol.asyncDispose]();
});

describe("connections", () => {
  /** Sends the parts, one after the other, and gives all that came back when the server ends the connection. */
  const exchange = async (url: string, parts: readonly string[], pauseMs = 0): Promise<string> => {
    let answer = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("end", () => socket.end());
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.on("error", () => {});
    for (const part of parts) {
      if (socket.destroyed) break;
      socket.write(part);
      if (pauseMs > 0) await Bun.sleep(pauseMs);
    }
    await closed;
    return answer;
  };
  const post = (length: string) =>
    `POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

  test("whose body does not come are told so, and end", async () => {
    const answer = await exchange(server.url, [`${post("Content-Length: 100")}{`]);
    expect(answer).toStartWith("HTTP/1.1 408");
    expect(answer).toContain("BODY_TOO_SLOW");
  });

  test("whose body is not framed as it should be end, and are no fault of the server", async () => {
    expect(await exchange(server.url, [`${post("Transfer-Encoding: chunked")}ZZ\r\n{}\r\n`])).toStartWith(
      "HTTP/1.1 400",
    );
    expect(await exchange(server.url, [`${post("Content-Length: 1\r\nContent-Length: 2")}{}`])).toStartWith(
      "HTTP/1.1 400",
    );
    const both = post("Content-Length: 5\r\nTransfer-Encoding: chunked");
    expect(await exchange(server.url, [`${both}0\r\n\r\n`])).toStartWith("HTTP/1.1 400");
  });

  test("with more in all than the server keeps in memory are asked to come again", async () => {
    await using small = await startServer({
      working: false,
      settings: { bodyTimeoutMs: 2_000, maxBodyBytes: 1_000_000 },
    });
    const probe = async () => {
      const answer = await small.call("POST", "/api/v1/jobs", { task: "nope", input: "x".repeat(900_000) });
      return [answer.status, answer.body.code];
    };
    // They hold what they have declared, and send nothing.
    const held: Promise<string>[] = [];
    let answer: unknown[] = [];
    for (; answer[0] !== 503 && held.length < 20; answer = await probe()) {
      held.push(exchange(small.url, [post("Content-Length: 1000000")]));
      await Bun.sleep(10);
    }
    expect(answer).toEqual([503, "TOO_MUCH_AT_ONCE"]);
    // Small ones are always taken.
    expect((await small.call("POST", "/api/v1/jobs", { task: "nope" })).status).toBe(404);
    for (const end of await Promise.all(held)) expect(end).toMatch(/^HTTP\/1\.1 (?:408|503)/);
    expect((await probe())[0]).toBe(404);
    expect(small.log).toEqual([]);
  }, 10_000);

  test("with heads too large end", async () => {
    const head = `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`;
    expect(await exchange(server.url, [head])).toStartWith("HTTP/1.1 431");
  });

  test("get answers to requests sent together in their order", async () => {
    const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const answers = await exchange(server.url, [
      get("/version") + get("/api/v1/jobs/999999") + get("/health", "Connection: close\r\n"),
    ]);
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "404", "200"]);
  });

  test("may be slow with a body for as long as it may take in all", async () => {
    await using patient = await startServer({
      working: false,
      settings: { idleTimeoutMs: 1_000, bodyTimeoutMs: 20_000 },
    });
    const body = JSON.stringify({ task: "addition", input: { num1: 1, num2: 2 } });
    const head = post(`Connection: close\r\nContent-Length: ${body.length + 30}`);
    // More than twice the idle time, which ends a connection on which so little moves.
    const parts = [head, ...Array.from({ length: 30 }, () => " "), body];
    expect(await exchange(patient.url, parts, 220)).toStartWith("HTTP/1.1 201");
  }, 15_000);
});
