import { expect, test } from "bun:test";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { systemClock } from "../../src/lib/clock.ts";
import { createBatchSender } from "../../src/telemetry/export/batch-sender.ts";
import type { ExportItem, FromThread } from "../../src/telemetry/export/export-item.ts";
import { createTraceExporter } from "../../src/telemetry/export/trace-exporter.ts";
import { eventually } from "../support/eventually.ts";

const items = (count: number) => Array.from({ length: count }, () => ({}) as ExportItem);
const doneOf = (posted: readonly FromThread[]) =>
  posted.reduce((sum, message) => sum + (message.kind === "done" ? message.count : 0), 0);

test("a request has a few thousand spans, however many an execution has", async () => {
  const sizes: number[] = [];
  const posted: FromThread[] = [];
  const sender = createBatchSender({
    delayMs: 0,
    read: () => Array.from({ length: 250 }, () => ({}) as ReadableSpan),
    async send(spans) {
      sizes.push(spans.length);
      return { kind: "sent" };
    },
    post: (message) => void posted.push(message),
  });
  sender.add(items(600));
  sender.flush();
  await eventually(() => posted.some(({ kind }) => kind === "flushed"));
  expect(Math.max(...sizes)).toBeLessThan(2_048 + 250);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(600 * 250);
  expect(doneOf(posted)).toBe(600);
});

test("spans that can't be read or written end no later export", async () => {
  const posted: FromThread[] = [];
  let [reads, sends] = [0, 0];
  const sender = createBatchSender({
    delayMs: 0,
    read() {
      if (reads++ === 0) throw new Error("no span");
      return [{} as ReadableSpan];
    },
    async send() {
      if (sends++ === 0) throw new Error("not written");
      return { kind: "sent" };
    },
    post: (message) => void posted.push(message),
  });
  sender.add(items(2));
  await eventually(() => doneOf(posted) === 2);
  sender.add(items(1));
  await eventually(() => doneOf(posted) === 3);
  const problems = posted.map((message) => (message.kind === "done" ? message.problem : "other"));
  expect(problems).toEqual(["spans could not be written", "not written", undefined]);
});

test("what waits for a collector that hangs is bounded by its size", async () => {
  using collector = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Promise<Response>(() => undefined) });
  const problems: string[] = [];
  const exporter = createTraceExporter({
    settings: {
      url: `${collector.url}v1/traces`,
      headers: {},
      protocol: "http/json",
      serviceName: "test",
      serviceVersion: "1",
      delayMs: 0,
      timeoutMs: 60_000,
    },
    clock: systemClock,
    onProblem: (message) => void problems.push(message),
  });
  const calls = Array.from({ length: 250 }, (_, n) => [
    5 + n,
    0,
    1,
    "GET",
    `http://host.test/${"x".repeat(480)}`,
    200,
    0,
  ]);
  const stored = `0123456789ab${JSON.stringify({ s: 1, d: 1, p: [], c: calls })}`;
  const execution = { stored, parentSpanId: null, executionId: 1, jobId: null, attempt: 1, task: null, error: null };
  const trace = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", flags: 1, state: null };
  for (let n = 0; n < 400; n++) exporter.add({ kind: "execution", trace, execution });
  expect(problems).toEqual([expect.stringContaining("too many wait to be sent")]);
  await exporter.stop(0);
});
