import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { createHttpClient, type HttpClient } from "../../../src/http/http-client.ts";
import { chainSettings, OWNER } from "../../support/chain-settings.ts";
import { call, failureOf, textOf } from "../../support/http-call.ts";
import { startRawServer } from "../../support/raw-server.ts";

const clients: HttpClient[] = [];
afterAll(() => Promise.all(clients.map((client) => client.stop())));

let server: ReturnType<typeof startRawServer> | undefined;
afterEach(() => server?.stop());

const SLOW_RATE = { count: 1, periodMs: 60_000 };

function clientWith(rateLimit: { count: number; periodMs: number } | undefined): HttpClient {
  const client = createHttpClient({ chain: chainSettings({ rateLimit }) });
  clients.push(client);
  return client;
}

describe("a retry that the rate limit leaves no room for", () => {
  const busy = () => startRawServer((one) => one.write("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"));

  test.each([
    ["of the origin", SLOW_RATE, {}],
    ["of the task", undefined, { taskConduct: { rateLimit: SLOW_RATE } }],
  ])("%s leaves the response as the result", async (_, rate, options) => {
    server = busy();
    const response = await call(clientWith(rate).send, server.url, { owner: OWNER, ...options });
    expect([response.status, textOf(response), server.requests.length]).toEqual([503, "busy", 1]);
  });

  test("leaves a response whose body is read as it comes", async () => {
    server = busy();
    const response = await call(clientWith(SLOW_RATE).send, server.url, { owner: OWNER, streams: true });
    const read = response.stream === undefined ? response.body : await response.stream.read();
    expect([response.status, Buffer.from(read ?? []).toString()]).toEqual([503, "busy"]);
  });

  test("leaves the failure as the result", async () => {
    server = startRawServer((connection) => connection.reset());
    const failure = await failureOf(call(clientWith(SLOW_RATE).send, server.url, { owner: OWNER }));
    expect(failure).toMatchObject({ failureCode: "CONNECTION_RESET", attempts: 1 });
  });

  test("is made when there is time for its turn", async () => {
    let turn = 0;
    server = startRawServer((one) =>
      one.write(`HTTP/1.1 ${turn++ === 0 ? "503 Busy" : "200 OK"}\r\nContent-Length: 0\r\n\r\n`),
    );
    const response = await call(clientWith({ count: 1, periodMs: 200 }).send, server.url, { owner: OWNER });
    expect([response.status, response.attempts]).toEqual([200, 2]);
  });
});
