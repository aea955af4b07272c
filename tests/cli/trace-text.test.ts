import { expect, test } from "bun:test";
import { traceText } from "../../src/cli/commands/trace/trace-text.ts";
import type { Span } from "../../src/domain/trace.ts";

const span = (more: Partial<Span>): Span => ({
  spanId: "1",
  parentSpanId: null,
  name: "run",
  kind: "internal",
  startedUs: 0,
  durationUs: 1_000,
  error: null,
  attributes: {},
  ...more,
});
const plain = (_: string, text: string) => text;

test.each(["no\nway", "no\r\nway", "no\rway"])("an error with several lines takes one line: %j", (error) => {
  const lines = traceText("t", [span({ error })], plain)
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toEndWith("1.0 ms  no");
});

test("what still runs reaches to the end of the trace", () => {
  const text = traceText("t", [span({}), span({ spanId: "2", startedUs: 500, durationUs: null })], plain);
  expect(text.split("\n")[2]).toBe(`run  ${" ".repeat(16)}${"#".repeat(16)}   running`);
});
