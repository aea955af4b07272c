/** The trace of a run that sleeps covers all its stretches at work, as it is read and as a collector gets it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const seen: string[] = [];
const service = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch({ headers }) {
    seen.push(headers.get("traceparent")?.split("-")[2] ?? "");
    return new Response("1");
  },
});

let receiver: OtlpReceiver;
let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  receiver = startOtlpReceiver();
  place = newWorkplace();
  place.writeTask(
    "waits",
    `async (_, context) => {
      const sent = [];
      for (const name of ["one", "two"]) {
        sent.push(await (await fetch("http://127.0.0.1:${service.port}/")).text());
        sent.push(await context.waitFor(name));
      }
      sent.push(await (await fetch("http://127.0.0.1:${service.port}/")).text());
      return sent.length;
    }`,
  );
  place.writeTask("naps", `async (n, context) => { for (let i = 0; i < n; i++) await context.sleep(30); }`);
  server = await place.serve([], {
    RATCHET_EXECUTION_SLEEP_AFTER: "10ms",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: "20",
  });
});
afterAll(async () => {
  place[Symbol.dispose]();
  await service.stop(true);
  await receiver[Symbol.asyncDispose]();
});

interface Span {
  spanId: string;
  parentSpanId: string | null;
  name: string;
  startedAt: string;
  durationUs: number | null;
  attributes: JsonObject;
}

const named = (spans: readonly Span[], name: string) => spans.filter((span) => span.name === name);
const waitsFor = (name: string) => (body: JsonObject) =>
  body.status === "sleeping" && JSON.stringify(body.waitingFor).includes(`"${name}"`);

async function enqueue(task: string, input: unknown = null): Promise<string> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input });
  return `/api/v1/jobs/${body.id}`;
}

async function traceOf(executionId: unknown): Promise<Span[]> {
  return (await server.call("GET", `/api/v1/executions/${executionId}/trace`)).body.spans as unknown as Span[];
}

test("a trace has each stretch and each sleep, with what was waited for", async () => {
  const path = await enqueue("waits");
  const { executionId } = await server.until(path, waitsFor("one"));
  const asleep = await traceOf(executionId);
  const [root] = named(asleep, "attempt");
  expect(root?.durationUs).toBeNull();
  expect(named(asleep, "stretch").map(({ parentSpanId }) => parentSpanId)).toEqual([root?.spanId ?? ""]);
  expect(named(asleep, "sleep")).toMatchObject([{ durationUs: null, attributes: { "ratchet.waits_for": "wait one" } }]);

  await server.call("POST", `${path}/signals/one`, 1);
  await server.until(path, waitsFor("two"));
  await server.call("POST", `${path}/signals/two`, 2);
  const job = await server.until(path, ({ status }) => status === "completed");
  expect(job).toMatchObject({ executionId: Number(executionId), output: 5 });
  const spans = await traceOf(executionId);
  const whole = named(spans, "attempt");
  expect(whole).toMatchObject([{ spanId: root?.spanId, startedAt: root?.startedAt }]);
  const stretches = named(spans, "stretch");
  expect(stretches.map(({ parentSpanId }) => parentSpanId)).toEqual(Array(3).fill(root?.spanId));
  expect(named(spans, "sleep").map(({ attributes }) => attributes["ratchet.waits_for"])).toEqual([
    "wait one",
    "wait two",
  ]);
  const runs = named(spans, "run");
  expect(runs.map(({ parentSpanId }) => parentSpanId)).toEqual(stretches.map(({ spanId }) => spanId));
  const fetches = named(spans, "fetch");
  expect(fetches.map(({ parentSpanId }) => parentSpanId)).toEqual(runs.map(({ spanId }) => spanId));
  expect(fetches.map(({ spanId }) => spanId)).toEqual(seen);
  expect(named(spans, "wait")).toHaveLength(3);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  const parts = [...stretches, ...named(spans, "sleep")].reduce((sum, { durationUs }) => sum + (durationUs ?? 0), 0);
  expect(whole[0]?.durationUs).toBeGreaterThanOrEqual(parts);

  const own = spans.filter(({ name }) => !name.startsWith("POST "));
  await receiver.until((received) => own.every(({ spanId }) => received.some((one) => one.spanId === spanId)));
  const exported = receiver.spans.filter(({ traceId }) => traceId === job.traceId);
  const key = ({ spanId, parentSpanId, name }: { spanId: string; parentSpanId?: string | null; name: string }) =>
    `${spanId} ${parentSpanId ?? ""} ${name}`;
  const known = new Set(own.map(key));
  expect(exported.filter((one) => !one.name.startsWith("POST ")).filter((one) => !known.has(key(one)))).toEqual([]);
  expect(new Set(exported.map(({ spanId }) => spanId)).size).toBe(exported.length);

  const shown = await place.ratchet(["trace", String(executionId), "--server", server.url]);
  expect(shown.stdout).toMatch(/attempt[\s\S]*stretch[\s\S]*sleep wait one[\s\S]*stretch[\s\S]*sleep wait two/);
});

test("a run that was killed while it slept has the sleep until then", async () => {
  const path = await enqueue("waits");
  const { executionId } = await server.until(path, waitsFor("one"));
  await server.call("POST", `${path}/kill`);
  const spans = await traceOf(executionId);
  const [sleep] = named(spans, "sleep");
  expect(sleep?.durationUs).toBeGreaterThan(0);
  expect(named(spans, "attempt")[0]?.durationUs).toBeGreaterThanOrEqual(sleep?.durationUs ?? 0);
  expect(named(spans, "stretch")).toHaveLength(1);
});

test("of many stretches the first and the latest are kept", async () => {
  const path = await enqueue("naps", 120);
  const { executionId } = await server.until(path, ({ status }) => status === "completed");
  const spans = await traceOf(executionId);
  expect(named(spans, "stretch")).toHaveLength(101);
  const omitted = Number(named(spans, "attempt")[0]?.attributes["ratchet.stretches.omitted"] ?? 0);
  expect(omitted).toBeGreaterThanOrEqual(20);
}, 120_000);
