import { expect, test } from "bun:test";
import fc from "fast-check";
import type { HttpRequest, HttpResponse } from "../../src/domain/http.ts";
import { type FromWorker, packBatch, type ToWorker, unpackBatch } from "../../src/sandbox/pool/protocol.ts";

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.integer({ min: 4_000, max: 4_200 }).map((length) => new Uint8Array(length).map((_, i) => i)),
  fc.constant(new Uint8Array(70_000).fill(200)),
);
const headers = fc.array(fc.tuple(fc.string(), fc.string({ unit: "binary" })), { maxLength: 3 });
const request: fc.Arbitrary<HttpRequest> = fc.record({
  method: fc.constantFrom("GET", "POST"),
  url: fc.webUrl(),
  headers,
  body: fc.option(bytes),
});
const response: fc.Arbitrary<HttpResponse> = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  statusText: fc.string(),
  url: fc.webUrl(),
  redirected: fc.boolean(),
  headers,
  body: bytes,
});
const message: fc.Arbitrary<ToWorker | FromWorker> = fc.oneof(
  fc.record({ type: fc.constant("fetch" as const), id: fc.nat(), call: fc.nat(), request, uploads: fc.boolean() }),
  fc.record({
    type: fc.constant("upload" as const),
    id: fc.nat(),
    call: fc.nat(),
    piece: fc.option(bytes, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant("response" as const),
    id: fc.nat(),
    call: fc.nat(),
    response,
    open: fc.boolean(),
    units: fc.nat(),
  }),
  fc.record({
    type: fc.constant("piece" as const),
    id: fc.nat(),
    call: fc.nat(),
    piece: fc.option(bytes, { nil: undefined }),
    units: fc.nat(),
  }),
  fc.record({ type: fc.constant("cancel" as const), id: fc.nat() }),
);

test("a batch arrives as it was sent, bodies included", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), (messages) => {
      const { data, move } = packBatch(structuredClone(messages)); // moved bodies are gone on this side
      expect(unpackBatch(structuredClone(data, { transfer: move }))).toEqual(messages);
    }),
  );
});

test("a batch with short bodies travels as text, one with a longer body does not", () => {
  const answer = (length: number): ToWorker => ({
    type: "response",
    id: 1,
    call: 1,
    open: false,
    units: 0,
    response: { status: 200, statusText: "", url: "", redirected: false, headers: [], body: new Uint8Array(length) },
  });
  expect(typeof packBatch([answer(0), answer(4_096)]).data).toBe("string");
  expect(typeof packBatch([answer(0), answer(4_097)]).data).not.toBe("string");
});
