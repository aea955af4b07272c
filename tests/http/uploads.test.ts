import { afterAll, describe, expect, test } from "bun:test";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type HttpBodyReader, HttpFailure } from "../../src/domain/http.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { failureOf } from "../support/failure-of.ts";
import { call, textOf } from "../support/http-call.ts";

const client = createHttpClient();
afterAll(() => client.stop());

/** Starts a server on loopback that handles each request. */
async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The body of a request, each piece of which comes when the test gives it. */
function manual() {
  const waiting: PromiseWithResolvers<Uint8Array | undefined>[] = [];
  let wants = () => {};
  const upload: HttpBodyReader = {
    read() {
      const wanted = Promise.withResolvers<Uint8Array | undefined>();
      waiting.push(wanted);
      wants();
      return wanted.promise;
    },
    cancel: () => {},
  };
  const wanted = async () => {
    while (waiting.length === 0) await new Promise<void>((resolve) => (wants = resolve));
    return waiting.shift() as PromiseWithResolvers<Uint8Array | undefined>;
  };
  return {
    upload,
    give: async (text: string | undefined) =>
      (await wanted()).resolve(text === undefined ? undefined : new TextEncoder().encode(text)),
    fail: async (error: Error) => (await wanted()).reject(error),
  };
}

/** A body with these pieces. */
function made(...texts: string[]): HttpBodyReader {
  const left = texts.map((text) => new TextEncoder().encode(text));
  return { read: async () => left.shift(), cancel: () => {} };
}

const METHOD = { method: "POST" };

describe.each(["/plain", "//exact"])("an upload to %s", (path) => {
  test("is sent in chunks, each before the next one is there", async () => {
    const arrived: ((text: string) => void)[] = [];
    using server = await serve(async (request, response) => {
      for await (const chunk of request) arrived.shift()?.(String(chunk));
      response.end(JSON.stringify([request.headers["transfer-encoding"], request.headers["content-length"] ?? null]));
    });
    const { upload, give } = manual();
    const sent = call(client.send, server.url + path, { ...METHOD, upload });
    for (const text of ["one", "two"]) {
      const arrival = new Promise<string>((resolve) => arrived.push(resolve));
      await give(text);
      expect(await arrival).toBe(text);
    }
    await give(undefined);
    expect(textOf(await sent)).toBe('["chunked",null]');
  });

  test("that fails ends the exchange and its connection", async () => {
    const closed = Promise.withResolvers<boolean>();
    using server = await serve((request) => {
      request.on("data", () => undefined);
      request.on("close", () => closed.resolve(request.complete));
    });
    const { upload, give, fail } = manual();
    const failure = failureOf(call(client.send, server.url + path, { ...METHOD, upload }));
    await give("one");
    await fail(new HttpFailure("network", "the stream failed"));
    expect(await failure).toMatchObject({ kind: "network", message: "the stream failed" });
    expect(await closed.promise).toBe(false);
  });
});

test.each([301, 302, 307, 308])("an upload is not sent again after a redirect with %d", async (status) => {
  using server = await serve((request, response) => {
    request.resume().on("end", () => response.writeHead(status, { location: "/there" }).end());
  });
  const failure = await failureOf(call(client.send, server.url, { ...METHOD, upload: made("x") }));
  expect(failure).toMatchObject({
    kind: "network",
    message: `POST ${server.url}/ was redirected, but its body is a stream, which can't be sent again`,
  });
});

test("after a redirect with 303, the next request has no body", async () => {
  using server = await serve((request, response) => {
    if (request.url === "/there")
      return response.end(`${request.method} ${request.headers["transfer-encoding"] ?? "none"}`);
    request.resume().on("end", () => response.writeHead(303, { location: "/there" }).end());
  });
  expect(textOf(await call(client.send, server.url, { ...METHOD, upload: made("x") }))).toBe("GET none");
});

test("a GET request can't have one", async () => {
  const failure = await failureOf(call(client.send, "http://127.0.0.1:1/", { upload: made("x") }));
  expect(failure).toMatchObject({ kind: "invalid-request", message: "a GET request can't have a body" });
});
