/** What the collector of a ledger counts, whatever the outbound chain does. */
import { expect, test } from "bun:test";
import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../../src/domain/http.ts";
import { MOST_IN_LEDGER, OTHER_ORIGINS } from "../../src/domain/ledger.ts";
import { LedgerCollector } from "../../src/execution/ledger/collector.ts";
import { createLedgerSum } from "../../src/execution/ledger/merge.ts";
import { followRedirects } from "../../src/http/follow-redirects.ts";

const quiet = new AbortController().signal;
const request = (url: string, method = "GET", body: string | null = null): HttpRequest => ({
  method,
  url,
  headers: [],
  body: body === null ? null : Buffer.from(body),
});
const response = (status: number, body = "", more: Partial<HttpResponse> = {}): HttpResponse => ({
  status,
  statusText: "",
  url: "",
  redirected: false,
  headers: [],
  body: Buffer.from(body),
  ...more,
});

test("an execution that touches nothing has no ledger", () => {
  const ledger = new LedgerCollector();
  ledger.observe(async () => response(200));
  expect(ledger.end()).toBeUndefined();
});

test("calls are counted by origin and method, with the sizes of their bodies and their failures", async () => {
  const ledger = new LedgerCollector();
  const send = ledger.observe(async ({ url }) => {
    if (url.endsWith("/reset")) throw new HttpFailure("network", "reset", { code: "ECONNRESET" });
    return response(url.endsWith("/503") ? 503 : url.endsWith("/404") ? 404 : 200, "four");
  });
  await send(request("https://a.example/x"), quiet);
  await send(request("https://a.example:443/404", "get"), quiet);
  await send(request("https://a.example/503", "POST", "12345"), quiet);
  await send(request("http://a.example/x"), quiet);
  await expect(send(request("https://b.example:8443/reset", "PUT", "lost"), quiet)).rejects.toThrow();
  expect(ledger.end()).toEqual({
    origins: [
      {
        origin: "https://a.example",
        methods: { GET: 2, POST: 1 },
        count: 3,
        bytesSent: 5,
        bytesReceived: 12,
        failures: 1,
      },
      { origin: "http://a.example", methods: { GET: 1 }, count: 1, bytesSent: 0, bytesReceived: 4, failures: 0 },
      { origin: "https://b.example:8443", methods: { PUT: 1 }, count: 1, bytesSent: 0, bytesReceived: 0, failures: 1 },
    ],
    secrets: [],
    tasks: [],
  });
});

test("a call that was refused, or could not be sent, has touched nothing", async () => {
  const ledger = new LedgerCollector();
  for (const kind of ["refused", "invalid-request"] as const) {
    const send = ledger.observe(() => Promise.reject(new HttpFailure(kind, "no")));
    await expect(send(request("https://a.example/"), quiet)).rejects.toThrow();
    await expect(send(request("nowhere"), quiet)).rejects.toThrow();
  }
  expect(ledger.end()).toBeUndefined();
});

test("a redirect counts for each origin that it leads to, with the body that goes along", async () => {
  const to: Record<string, string> = {
    "https://a.example/": "https://b.example/",
    "https://b.example/": "https://c.example/",
  };
  const refusesC: HttpSend = async ({ url }) => {
    if (url.startsWith("https://c.")) throw new HttpFailure("refused", "no");
    return response(307, "", { headers: [["location", to[url] ?? ""]] });
  };
  const ledger = new LedgerCollector();
  const send = ledger.observe(followRedirects(refusesC, { maxRedirects: 5 }));
  await expect(send(request("https://a.example/", "POST", "abc"), quiet)).rejects.toThrow();
  expect(ledger.end()?.origins).toEqual([
    { origin: "https://a.example", methods: { POST: 1 }, count: 1, bytesSent: 3, bytesReceived: 0, failures: 0 },
    { origin: "https://b.example", methods: { POST: 1 }, count: 1, bytesSent: 3, bytesReceived: 0, failures: 0 },
  ]);
});

test("streamed bodies count as far as they came, and a body that breaks off is a failure", async () => {
  const pieces = (...sizes: (number | Error)[]) => ({
    read: async () => {
      const next = sizes.shift();
      if (next instanceof Error) throw next;
      return next === undefined ? undefined : new Uint8Array(next);
    },
    cancel: () => {},
  });
  const ledger = new LedgerCollector();
  const send = ledger.observe(async ({ upload, url }) => {
    await upload?.read();
    return response(200, "", { stream: url.endsWith("/broken") ? pieces(10, new Error("reset")) : pieces(100, 100) });
  });
  const upload = pieces(7, 7);
  const { stream } = await send({ ...request("https://a.example/", "POST"), upload }, quiet);
  await stream?.read();
  stream?.cancel();
  const { stream: broken } = await send(request("https://b.example/broken"), quiet);
  await broken?.read();
  await expect(broken?.read() ?? Promise.resolve()).rejects.toThrow("reset");
  expect(ledger.end()?.origins).toMatchObject([
    { bytesSent: 7, bytesReceived: 100, failures: 0 },
    { bytesSent: 0, bytesReceived: 10, failures: 1 },
  ]);
});

test("a secret that a task puts into a host name is not in the ledger", async () => {
  const ledger = new LedgerCollector();
  const send = ledger.observe(async () => response(200));
  await send(request("https://Sk-1234567890.attacker.example/"), quiet);
  await send(request("https://short.example/"), quiet);
  expect(ledger.end(["Sk-1234567890", "short"])?.origins.map(({ origin }) => origin)).toEqual([
    "https://***.attacker.example",
    "https://short.example",
  ]);
});

test("a call without a response at the end of the execution has failed, and later events change nothing", async () => {
  const ledger = new LedgerCollector();
  const { promise, resolve } = Promise.withResolvers<HttpResponse>();
  const sent = ledger.observe(() => promise)(request("https://a.example/"), quiet);
  const touched = ledger.end();
  resolve(response(200, "late"));
  await sent;
  expect(touched?.origins).toMatchObject([{ count: 1, failures: 1, bytesReceived: 0 }]);
});

test("100,000 origins, and origins and methods of any length, make a ledger of bounded size", async () => {
  const ledger = new LedgerCollector();
  const send = ledger.observe(async () => response(200, "1"));
  await send(request(`https://${"x".repeat(100_000)}/`, "M".repeat(100_000)), quiet);
  for (let index = 0; index < 100_000; index++) await send(request(`https://host-${index}.example/`), quiet);
  for (let index = 0; index < 10_000; index++) {
    ledger.secretUsed(`SECRET_${index}`);
    ledger.taskCalled(`task-${index}`);
  }
  const touched = ledger.end();
  expect(touched?.origins).toHaveLength(MOST_IN_LEDGER + 1);
  expect(touched?.origins[0]?.origin).toBe("https://host-0.example");
  const { origin, count, bytesReceived } = touched?.origins.at(-1) ?? {};
  expect({ origin, count, bytesReceived }).toEqual({
    origin: OTHER_ORIGINS,
    count: 100_001 - MOST_IN_LEDGER,
    bytesReceived: 100_001 - MOST_IN_LEDGER,
  });
  expect(JSON.stringify(touched).length).toBeLessThan(200 * MOST_IN_LEDGER);
});

test("the ledgers of many executions add up to one of bounded size", () => {
  const sum = createLedgerSum();
  for (let index = 0; index < 2_000; index++) {
    const use = { methods: { GET: 2 }, count: 2, bytesSent: 1, bytesReceived: 3, failures: 1 };
    sum.add({
      origins: [
        { ...use, origin: "https://a.example" },
        { ...use, origin: `https://${index}.example` },
      ],
      secrets: ["TOKEN"],
      tasks: [],
      cpuMs: 0.5,
      peakMemoryBytes: index,
    });
  }
  const { origins, ...rest } = sum.total();
  expect(rest).toEqual({ secrets: ["TOKEN"], tasks: [], cpuMs: 1_000, peakMemoryBytes: 1_999 });
  expect(origins).toHaveLength(MOST_IN_LEDGER + 1);
  expect(origins[0]).toEqual({
    origin: "https://a.example",
    methods: { GET: 4_000 },
    count: 4_000,
    bytesSent: 2_000,
    bytesReceived: 6_000,
    failures: 2_000,
  });
  expect(origins.reduce((total, { count }) => total + count, 0)).toBe(8_000);
});
