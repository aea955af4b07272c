import { describe, expect, test } from "bun:test";
import { mockHttp } from "../../../src/http/mock-http.ts";
import { call, failureOf } from "../../support/http-call.ts";

const URL = "https://api.example.com/";
const sequence = () => mockHttp([{ url: URL, responses: [{ status: 503 }, { status: 429 }, { status: 200 }] }]);

describe("calls to mocks", () => {
  test("get one response each, so that a list of mocks plays the sequence that it shows", async () => {
    const mocks = sequence();
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await call(mocks.send, URL)).status);
    expect(statuses).toEqual([503, 429, 200]);
  });

  test("are not retried because their task's metadata says so", async () => {
    const response = await call(sequence().send, URL, { taskConduct: { retry: { maxRetries: 2 } } });
    expect([response.status, response.attempts]).toEqual([503, undefined]);
  });

  test("are retried if the call says so, without waiting", async () => {
    const mocks = mockHttp([
      { url: URL, responses: [{ status: 503, headers: { "Retry-After": "9" } }, { status: 200 }] },
    ]);
    const response = await call(mocks.send, URL, { conduct: { retry: { delayMs: 3_600_000 } } });
    expect([response.status, response.attempts]).toEqual([200, 2]);
  });

  test("say how often they were tried", async () => {
    const mocks = mockHttp([{ url: URL, error: "connect ECONNREFUSED" }]);
    const failure = await failureOf(call(mocks.send, URL, { conduct: { retry: { maxRetries: 2 } } }));
    expect(failure).toMatchObject({ failureCode: "CONNECTION_REFUSED", code: "ECONNREFUSED", attempts: 3 });
    expect(failure.message).toBe("connect ECONNREFUSED after 3 attempts");
  });
});
