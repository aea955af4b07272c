/** What the server tells browsers, and how many connections it takes. */
import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { openRaw } from "../support/raw-connection.ts";
import { startServer } from "./start-server.ts";

const STRICT = {
  "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

test("every response has the headers that protect browsers", async () => {
  await using server = await startServer({ working: false });
  const paths = ["/health", "/docs", "/docs/swagger-ui.js", "/playground", "/openapi.json", "/metrics", "/nothing"];
  for (const path of [...paths, "/api/v1/jobs", "/api/v1/jobs/999", "/graphql?query={__typename}", "/"]) {
    const { headers } = await fetch(`${server.url}${path}`, { redirect: "manual" });
    expect(Object.fromEntries(headers)).toMatchObject(STRICT);
    expect(headers.get("strict-transport-security")).toBeNull();
  }
  // Requests that reach no route.
  for (const bytes of ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"]) {
    const connection = await openRaw(server.url);
    connection.send(bytes);
    expect(Object.fromEntries((await connection.response()).headers)).toMatchObject(STRICT);
    connection.destroy();
  }
});

test("no page allows scripts that are not its own", async () => {
  await using server = await startServer({ working: false });
  for (const path of ["/docs", "/playground", "/health"]) {
    const policy = (await fetch(`${server.url}${path}`)).headers.get("content-security-policy") ?? "";
    expect(policy.match(/script-src [^;]*/)?.[0] ?? "").not.toContain("unsafe");
  }
});

test("HTTPS at a trusted proxy is kept by browsers", async () => {
  await using server = await startServer({ working: false, settings: { trustedProxies: ["127.0.0.1"] } });
  const { headers } = await fetch(`${server.url}/health`, { headers: { "x-forwarded-proto": "https" } });
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
});

test("a write from another page is refused, even if the browser sends no origin", async () => {
  await using server = await startServer({ working: false });
  const post = async (headers: Record<string, string>) =>
    (await server.call("POST", "/api/v1/queue/resume", {}, headers)).status;
  expect(await post({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await post({ "sec-fetch-site": "same-site" })).toBe(403);
  expect(await post({ "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await post({ "sec-fetch-site": "none" })).toBe(200);
});

test("a page that was loaded without TLS can't write where TLS is used", async () => {
  await using server = await startServer({ working: false, settings: { trustedProxies: ["127.0.0.1"] } });
  const post = async (origin: string) =>
    (await server.call("POST", "/api/v1/queue/resume", {}, { origin, "x-forwarded-proto": "https" })).status;
  expect(await post(server.url)).toBe(403);
  expect(await post(server.url.replace("http:", "https:"))).toBe(200);
});

test("every origin may read if all are allowed, and has to send a key", async () => {
  await using server = await startServer({ working: false, settings: { allowedOrigins: ["*"] } });
  const { headers } = await fetch(`${server.url}/health`, { headers: { origin: "https://any.example" } });
  expect(headers.get("access-control-allow-origin")).toBe("https://any.example");
  expect(headers.get("access-control-allow-credentials")).toBeNull();
});

test("connections beyond the limit of one address are refused, and others take their place", async () => {
  await using server = await startServer({ working: false, settings: { maxConnectionsPerAddress: 3 } });
  const held = await Promise.all([1, 2, 3].map(() => openRaw(server.url)));
  for (const connection of held) connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (const connection of held) expect((await connection.response()).status).toBe(200);
  const refused = await openRaw(server.url);
  const { status, body } = await refused.response();
  expect([status, JSON.parse(body).code]).toEqual([503, "TOO_MANY_CONNECTIONS"]);
  await refused.closed();
  held[0]?.destroy();
  await eventually(async () => {
    const connection = await openRaw(server.url);
    connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return (await connection.response()).status === 200;
  });
  for (const connection of held) connection.destroy();
});

test("the limit of one address does not apply to a trusted proxy", async () => {
  const settings = { maxConnectionsPerAddress: 1, maxConnections: 3, trustedProxies: ["127.0.0.0/8"] };
  await using server = await startServer({ working: false, settings });
  const held = await Promise.all([1, 2, 3].map(() => openRaw(server.url)));
  for (const connection of held) connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (const connection of held) expect((await connection.response()).status).toBe(200);
  const refused = await openRaw(server.url);
  expect((await refused.response()).status).toBe(503);
  for (const connection of [...held, refused]) connection.destroy();
});
