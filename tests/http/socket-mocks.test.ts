import { describe, expect, test } from "bun:test";
import type { HttpMock } from "../../src/domain/task.ts";
import { mockHttp } from "../../src/http/mock-http.ts";
import { call, failureOf } from "../support/http-call.ts";
import { openTestSocket } from "../support/socket-call.ts";

const URL = "ws://feed.test/live";

describe("the mock of a WebSocket", () => {
  test("plays its messages, in order, as far as the task has sent what it expects", async () => {
    const messages: HttpMock["messages"] = [
      { send: "welcome" },
      { expect: { subscribe: { $type: "string" } } },
      { send: Uint8Array.of(1, 2), delayMs: 1 },
      { expect: "AwQ=" },
      { close: 1001, reason: "over" },
    ];
    const http = mockHttp([{ url: "feed.test", messages }]);
    const opened = await openTestSocket(http.send, URL, { protocols: ["a", "b"] });
    expect(opened.socket.protocol).toBe("a");
    expect(opened.messages).toEqual(["welcome"]);
    opened.socket.send('{"subscribe":"x","more":1}');
    await opened.until(2);
    opened.socket.send(Uint8Array.of(3, 4));
    expect(await opened.ended).toEqual({ code: 1001, reason: "over", wasClean: true });
    expect(opened.messages).toEqual(["welcome", Uint8Array.of(1, 2)]);
    expect(http.unused()).toEqual([]);
  });

  test("fails the connection when a message differs, and responds to a close", async () => {
    const http = mockHttp([{ url: URL, messages: [{ expect: { a: 1 } }] }]);
    const wrong = await openTestSocket(http.send, URL);
    wrong.socket.send('{"a":2}');
    expect(await wrong.ended).toMatchObject({
      code: 1006,
      problem: expect.stringContaining(`WebSocket ${URL}: a message differs from what the mock expects: `),
    });
    const closed = await openTestSocket(http.send, URL);
    closed.socket.close(3000, "bye");
    expect(await closed.ended).toEqual({ code: 3000, reason: "bye", wasClean: true });
  });

  test("is used by no fetch, and no other mock by a WebSocket", async () => {
    const { send, unmatched } = mockHttp([{ url: "live", body: "plain" }]);
    const failure = await failureOf(openTestSocket(send, URL));
    expect(failure.kind).toBe("refused");
    expect(failure.message).toContain(
      `no mock matches WebSocket ${URL} (the URL matches, but the mock has no "messages"`,
    );
    expect(unmatched()).toEqual([`WebSocket ${URL}`]);
    const other = mockHttp([{ url: "live", messages: [] }]);
    expect((await failureOf(call(other.send, "http://feed.test/live"))).message).toContain("it is one of a WebSocket");
  });

  test("can refuse the connection", async () => {
    const { send } = mockHttp([{ url: "live", error: "connect ECONNREFUSED" }]);
    const failure = await failureOf(openTestSocket(send, URL));
    expect(failure).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
  });
});
