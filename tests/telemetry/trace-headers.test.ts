import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readTraceContext, readTraceState, traceHeader } from "../../src/telemetry/tracing/trace-headers.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID = "00f067aa0ba902b7";
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`;

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: digits, maxLength: digits });
const id = (digits: number) => hex(digits).filter((text) => !/^0+$/.test(text));
const key = fc.stringMatching(/^[a-z][a-z0-9_*/-]{0,20}$/);
const value = fc.stringMatching(/^[!-+\--<>-~]{1,20}$/);

describe("traceparent", () => {
  test("is read whatever its ids are, and written back the same", () => {
    fc.assert(
      fc.property(id(32), id(16), fc.integer({ min: 0, max: 3 }), (traceId, spanId, flags) => {
        const header = traceHeader({ traceId, spanId, flags });
        expect(readTraceContext(header, null)).toEqual({ traceId, spanId, flags, state: null });
      }),
    );
  });

  test("is ignored with any other character in it, and with any missing or more", () => {
    fc.assert(
      fc.property(fc.nat(VALID.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, text) => {
        const changed = VALID.slice(0, at) + text + VALID.slice(at + 1);
        const read = readTraceContext(changed, null);
        const isWellFormed = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/.test(
          changed.trim(),
        );
        expect(read !== undefined).toBe(isWellFormed);
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["capitals", VALID.toUpperCase()],
    ["version ff", VALID.replace(/^00/, "ff")],
    ["more than version 00 has", `${VALID}-more`],
    ["a trace of zeros", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["a span of zeros", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["two headers", `${VALID}, ${VALID}`],
    ["a short id", `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
  ])("is ignored with %s", (_what, header) => {
    expect(readTraceContext(header, "a=b")).toBeUndefined();
  });

  test("of a later version may have more, and its unknown flags are not passed on", () => {
    expect(readTraceContext(`cc-${TRACE_ID}-${SPAN_ID}-fd-more`, null)?.flags).toBe(1);
    expect(readTraceContext(`cc-${TRACE_ID}-${SPAN_ID}-00more`, null)).toBeUndefined();
  });

  test("of 00 stays unsampled", () => {
    expect(readTraceContext(VALID.replace(/01$/, "00"), null)?.flags).toBe(0);
  });
});

describe("tracestate", () => {
  test("is passed on with its order, without spaces and empty members", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(key, value), { selector: ([one]) => one, maxLength: 10 }), (members) => {
        const list = members.map(([name, text]) => `${name}=${text}`);
        expect(readTraceState(list.join(" ,\t, "))).toBe(list.join(",") || null);
      }),
    );
  });

  test("never throws, and what it returns it reads the same", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readTraceState(text);
        if (read !== null) expect(readTraceState(read)).toBe(read);
      }),
    );
  });

  test.each([
    ["no value", "a"],
    ["an empty value", "a="],
    ["capitals in the key", "A=1"],
    ["a key twice", "a=1,a=2"],
    ["an equals sign in the value", "a=b=c"],
    ["33 members", Array.from({ length: 33 }, (_, at) => `a${at}=1`).join(",")],
  ])("with %s counts for nothing", (_what, header) => {
    expect(readTraceState(header)).toBeNull();
    expect(readTraceContext(VALID, header)).toMatchObject({ traceId: TRACE_ID, state: null });
  });

  test("takes keys of tenants", () => {
    expect(readTraceState("1ab@vendor=x y")).toBe("1ab@vendor=x y");
    expect(readTraceState("1ab=x")).toBeNull();
  });

  test("that is too long loses long members first, then the last ones", () => {
    const long = `long=${"x".repeat(200)}`;
    const short = Array.from({ length: 5 }, (_, at) => `k${at}=${"y".repeat(100)}`);
    expect(readTraceState([long, ...short.slice(0, 2)].join(","))).toBe([long, ...short.slice(0, 2)].join(","));
    expect(readTraceState([long, ...short].join(","))).toBe(short.slice(0, 4).join(","));
  });
});
