/** Requests that are split and damaged at random: read the same however they are split, and no more than llhttp reads. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { HTTPParser, methods } from "node:_http_common";
import fc from "fast-check";
import { HttpError } from "../../src/api/http/http-error.ts";
import { type HttpServer, listen } from "../../src/api/http1/http-server.ts";
import { createRequestReader } from "../../src/api/http1/request-reader.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { openRaw } from "../support/raw-connection.ts";

interface ReadRequest {
  method: string;
  body: string;
  fields: [string, string][];
}

/** Requests that were read whole, and how it ended. */
interface Outcome {
  requests: ReadRequest[];
  /** A status, or that more is awaited. */
  end: number | "between" | "head" | "body";
}

const TOKEN_CHARACTERS = "abcXYZ019-_.!#$%&'*+^`|~";
const token = fc.string({ unit: fc.constantFrom(...TOKEN_CHARACTERS), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom(...'abc 09:;,="\t\xe9'), maxLength: 12 });
const body = fc.string({ unit: fc.constantFrom(..."{}a\r\n0;:\0\xff"), maxLength: 40 });

/** A body in chunks of any sizes, with extensions and trailers. */
const chunkedBody = fc
  .tuple(
    fc.array(
      fc.tuple(
        body.filter((text) => text !== ""),
        fc.option(token),
      ),
      { maxLength: 4 },
    ),
    fc.array(fc.tuple(token, value), { maxLength: 2 }),
  )
  .map(([chunks, trailer]) => {
    const parts = chunks.map(([text, extension]) => {
      const size = text.length.toString(16) + (extension === null ? "" : `;${extension}`);
      return `${size}\r\n${text}\r\n`;
    });
    return `${parts.join("")}0\r\n${trailer.map(([name, text]) => `${name}: ${text}\r\n`).join("")}\r\n`;
  });

const request = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
    path: fc.string({ unit: fc.constantFrom(..."abc/%20?=&"), maxLength: 12 }),
    fields: fc.array(
      fc.tuple(
        token.map((name) => `X${name}`),
        value,
      ),
      { maxLength: 4 },
    ),
    framed: fc.oneof(
      fc.constant(""),
      body.map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`),
      chunkedBody.map((text) => `Transfer-Encoding: chunked\r\n\r\n${text}`),
    ),
  })
  .map(({ method, path, fields, framed }) => {
    const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`).join("");
    return `${method} /${path} HTTP/1.1\r\nHost: localhost\r\n${lines}${framed === "" ? "\r\n" : framed}`;
  });

/** What readers of HTTP have been known to disagree about. */
const TROUBLE = [
  "\r",
  "\n",
  "\r\n",
  " ",
  "\t",
  "\0",
  ":",
  ";",
  "0",
  "f",
  "\xff",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip\r\n",
  "Host: b\r\n",
  " HTTP/1.0\r\n",
  "0\r\n\r\n",
  "-",
  "+",
  "_",
  "0x",
  ", ",
  "\x0b",
  "\x85",
  "\xa0",
  "chunked\t",
];

/** Some requests in a row, damaged in some places. */
const bytes = fc
  .tuple(
    fc.array(request, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(1_000), fc.nat(2), fc.constantFrom(...TROUBLE)), { maxLength: 2 }),
  )
  .map(([requests, damages]) =>
    damages.reduce((text, [at, removed, added]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + added + text.slice(place + removed);
    }, requests.join("")),
  );

const cuts = fc.array(fc.nat(1_000), { maxLength: 6 });

function split(text: string, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return sorted.slice(1).map((end, index) => Buffer.from(text.slice(sorted[index], end), "latin1"));
}

function read(pieces: readonly Buffer[]): Outcome {
  const reader = createRequestReader();
  const requests: ReadRequest[] = [];
  let current: ReadRequest | undefined;
  let keepsAlive = true;
  try {
    for (const piece of pieces) {
      let bytesLeft: Buffer | undefined = piece;
      while (bytesLeft !== undefined && bytesLeft.length > 0) {
        const { head, body: part, rest } = reader.read(bytesLeft);
        if (head !== undefined) current = { method: head.method, body: "", fields: [...head.headers] };
        if (part !== undefined && current !== undefined) current.body += part.toString("latin1");
        if (rest !== undefined && current !== undefined) requests.push(current);
        keepsAlive = head?.keepAlive ?? keepsAlive;
        // Nothing is read after a request that ends its connection.
        if (rest !== undefined && !keepsAlive) return { requests, end: "between" };
        bytesLeft = rest;
      }
    }
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { requests, end: error.status };
  }
  return { requests, end: reader.state() };
}

/** The same by llhttp. */
function judge(whole: Buffer): ReadRequest[] {
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {}, 64 * 1024, 0);
  const requests: ReadRequest[] = [];
  let current: ReadRequest = { method: "", body: "", fields: [] };
  let fields: string[] = [];
  let isInBody = false;
  parser[1] = (more: string[]) => {
    if (!isInBody) fields.push(...more);
  };
  parser[2] = (_major: number, _minor: number, all: string[] | undefined, method: number) => {
    const headers = new Headers();
    const given = all ?? fields;
    for (let at = 0; at < given.length; at += 2) headers.append(given[at] ?? "", given[at + 1] ?? "");
    current = { method: methods[method] ?? "", body: "", fields: [...headers] };
    fields = [];
    isInBody = true;
    return 0;
  };
  parser[3] = (part: Buffer) => {
    current.body += part.toString("latin1");
  };
  parser[4] = () => {
    requests.push(current);
    isInBody = false;
  };
  parser.execute(whole);
  parser.close();
  return requests;
}

describe("the reader of requests", () => {
  test("reads the same however the bytes are split", () => {
    fc.assert(
      fc.property(bytes, cuts, (text, places) => {
        expect(read(split(text, places))).toEqual(read([Buffer.from(text, "latin1")]));
      }),
      { numRuns: 2_000 },
    );
  });

  test("reads the same a byte at a time", () => {
    fc.assert(
      fc.property(bytes, (text) => {
        const single = [...text].map((letter) => Buffer.from(letter, "latin1"));
        expect(read(single)).toEqual(read([Buffer.from(text, "latin1")]));
      }),
      { numRuns: 1_000 },
    );
  });

  test("reads no request that llhttp does not read, and reads those alike", () => {
    let accepted = 0;
    fc.assert(
      fc.property(bytes, (text) => {
        const { requests } = read([Buffer.from(text, "latin1")]);
        accepted += requests.length;
        expect(judge(Buffer.from(text, "latin1")).slice(0, requests.length)).toEqual(requests);
      }),
      { numRuns: 4_000 },
    );
    expect(accepted).toBeGreaterThan(1_000);
  });

  test("takes every request that is valid", () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 4 }), (requests) => {
        const { requests: found, end } = read([Buffer.from(requests.join(""), "latin1")]);
        expect([found.length, end]).toEqual([requests.length, "between"]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the server", () => {
  let server: HttpServer;
  let effects = 0;
  beforeAll(() => {
    server = listen({
      host: "127.0.0.1",
      port: 0,
      async handle(request) {
        try {
          await request.bytes();
        } catch {
          return new Response(null, { status: 400 });
        }
        effects += 1;
        return new Response(null, { status: 201 });
      },
      onHttpError() {},
      clock: systemClock,
      idleTimeoutMs: 20_000,
    });
  });
  afterAll(async () => {
    server.finish();
    await server.closed(5_000);
  });

  test("responds with 201 to exactly those requests that have an effect", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, async (text, places) => {
        effects = 0;
        const connection = await openRaw(`http://127.0.0.1:${server.port}`);
        for (const piece of split(text, places)) {
          connection.send(piece);
          await new Promise(setImmediate);
        }
        connection.halfClose();
        const expected = read([Buffer.from(text, "latin1")]);
        const statuses: number[] = [];
        for (const { method } of expected.requests)
          statuses.push((await connection.response(method === "HEAD")).status);
        if (expected.end !== "between") {
          const { status } = await connection.response();
          expect(status).toBe(typeof expected.end === "number" ? expected.end : 400);
        }
        expect(await connection.closed()).toBe("");
        expect(statuses).toEqual(Array.from({ length: effects }, () => 201));
        expect(statuses.length).toBe(expected.requests.length);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
