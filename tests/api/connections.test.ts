/** Slow clients and clients that break the protocol get an error where possible, and none keeps its connection for ever. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { openRaw, type RawConnection } from "../support/raw-connection.ts";
import { exchangeSlowly } from "../support/slow-client.ts";
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
  const post = (length: string) =>
    `POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;

  test("whose body does not come are told so, and end", async () => {
    const answer = await exchangeSlowly(server.url, [`${post("Content-Length: 100")}{`]);
    expect(answer).toStartWith("HTTP/1.1 408");
    expect(answer).toContain("BODY_TOO_SLOW");
  });

  test("whose body is not framed as it should be end, and are no fault of the server", async () => {
    expect(await exchangeSlowly(server.url, [`${post("Transfer-Encoding: chunked")}ZZ\r\n{}\r\n`])).toStartWith(
      "HTTP/1.1 400",
    );
    expect(await exchangeSlowly(server.url, [`${post("Content-Length: 1\r\nContent-Length: 2")}{}`])).toStartWith(
      "HTTP/1.1 400",
    );
    const both = post("Content-Length: 5\r\nTransfer-Encoding: chunked");
    expect(await exchangeSlowly(server.url, [`${both}0\r\n\r\n`])).toStartWith("HTTP/1.1 400");
  });

  test("with more in all than the server keeps in memory are asked to come again", async () => {
    await using small = await startServer({
      working: false,
      settings: { bodyTimeoutMs: 60_000, maxBodyBytes: 1_000_000 },
    });
    const probe = async () => {
      const answer = await small.call("POST", "/api/v1/jobs", { task: "nope", input: "x".repeat(900_000) });
      return [answer.status, answer.body.code];
    };
    // They hold what they have declared, and send nothing.
    const held: RawConnection[] = [];
    const refused = await eventually(async () => {
      for (let i = 0; i < 5 && held.length < 40; i++) {
        const connection = await openRaw(small.url);
        connection.send(post("Content-Length: 1000000"));
        held.push(connection);
      }
      const answer = await probe();
      return answer[0] === 503 ? answer : undefined;
    });
    expect(refused).toEqual([503, "TOO_MUCH_AT_ONCE"]);
    // Small ones are always taken.
    expect((await small.call("POST", "/api/v1/jobs", { task: "nope" })).status).toBe(404);
    for (const connection of held) connection.destroy();
    expect(await eventually(async () => (await probe())[0] === 404)).toBe(true);
    expect(small.log).toEqual([]);
  }, 120_000);

  test("with heads too large end", async () => {
    const head = `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`;
    expect(await exchangeSlowly(server.url, [head])).toStartWith("HTTP/1.1 431");
  });

  test("get responses in the order of pipelined requests", async () => {
    const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const answers = await exchangeSlowly(server.url, [
      get("/version") + get("/api/v1/jobs/999999") + get("/health", "Connection: close\r\n"),
    ]);
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "404", "200"]);
  });

  test("may send a body slowly, within the time limit for bodies", async () => {
    await using patient = await startServer({
      working: false,
      settings: { idleTimeoutMs: 400, bodyTimeoutMs: 20_000 },
    });
    const body = JSON.stringify({ task: "addition", input: { num1: 1, num2: 2 } });
    const head = post(`Connection: close\r\nContent-Length: ${body.length + 30}`);
    // More than twice the idle time, which ends a connection on which so little moves.
    const parts = [head, ...Array.from({ length: 30 }, () => " "), body];
    expect(await exchangeSlowly(patient.url, parts, 40)).toStartWith("HTTP/1.1 201");
  });
});
