/** No route takes what it does not know: neither members of a body nor parameters. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Document } from "./contract.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const pathOf = (pattern: string) =>
  pattern.replace("{id}", "1").replace("{task}", "addition").replace("{name}", "tasks");

async function send(method: string, path: string, body: object | undefined) {
  const response = await fetch(`${server.url}${path}`, {
    method: method.toUpperCase(),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, text: await response.text() };
}

test("every route rejects unknown members and parameters, even without a body", async () => {
  const { paths } = server.api.openApi() as unknown as Document;
  let bodies = 0;
  for (const [pattern, methods] of Object.entries(paths)) {
    // Deliveries have the form that their senders give them.
    if (pattern === "/hooks/{name}") continue;
    for (const [method, { requestBody }] of Object.entries(methods)) {
      const path = pathOf(pattern);
      const isGet = method === "get";
      const sent = { ...(requestBody?.content["application/json"]?.example as object | undefined) };
      const unknown = await send(method, `${path}?lmit=1`, isGet ? undefined : sent);
      expect([method, path, unknown.status]).toEqual([method, path, 400]);
      // A signal has any value.
      if (isGet || !("type" in (requestBody?.content["application/json"]?.schema ?? { type: "object" }))) continue;
      bodies += 1;
      const { status, text } = await send(method, path, { ...sent, inpvt: 1 });
      expect([method, path, status]).toEqual([method, path, 400]);
      expect(text).toContain("inpvt");
      if ("input" in sent) expect(text).toContain('did you mean \\"input\\"?');
    }
  }
  expect(bodies).toBeGreaterThan(18);
  expect(await server.deps.store.jobs.count({})).toBe(0);
});

test("GraphQL rejects unknown members of its body", async () => {
  const { status, text } = await send("post", "/graphql", { query: "{ health { status } }", varables: {} });
  expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, "BAD_REQUEST"]);
});
