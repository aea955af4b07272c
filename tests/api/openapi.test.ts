import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv2020 from "ajv/dist/2020";
import { apiRoutes } from "../../src/api/routes.ts";
import { createServices } from "../../src/service/services.ts";
import type { Document } from "./contract.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let document: Document & { openapi: string; tags: { name: string }[] };
beforeAll(async () => {
  server = await startServer({ working: false });
  document = (await server.call("GET", "/openapi.json")).body;
});
afterAll(() => server[Symbol.asyncDispose]());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

describe("the OpenAPI document", () => {
  test("is what the specification says, of version 3.1", async () => {
    expect(document.openapi).toBe("3.1.0");
    const result = await new Validator().validate(structuredClone<object>(document) as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
  });

  test("says of every operation but the probes that there may be too many requests", () => {
    for (const { path, operation } of operations()) {
      expect([path, "429" in operation.responses]).toEqual([path, path !== "/health" && path !== "/ready"]);
    }
  });

  test("has every route, and no other", () => {
    const none = {} as never;
    const services = createServices(server.deps);
    const { groups } = apiRoutes({
      ...server.deps,
      services,
      feed: none,
      logFeed: none,
      metrics: none,
      limitedTo: none,
      trail: none,
    });
    const routes = groups
      .filter(({ name }) => ["rest", "hooks", "system"].includes(name))
      .flatMap((group) => group.routes);
    const served = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(
      operations()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(served.toSorted());
    for (const route of [
      "POST /api/v1/jobs",
      "POST /api/v1/jobs/batch",
      "POST /api/v1/jobs/{id}/cancel",
      "POST /api/v1/jobs/{id}/retry",
      "POST /api/v1/jobs/{id}/explain",
      "POST /api/v1/jobs/bulk",
      "GET /api/v1/executions/{id}/logs",
      "POST /api/v1/executions/{id}/cancel",
      "POST /api/v1/executions/{id}/retry",
      "GET /api/v1/tasks/{task}/versions",
      "PATCH /api/v1/tasks/{task}",
      "POST /api/v1/tasks/{task}/validate",
      "POST /api/v1/tasks/{task}/execute",
      "GET /api/v1/schedules/{id}/next",
      "POST /api/v1/schedules/{id}/trigger",
      "POST /api/v1/schedules/{id}/backfill",
      "GET /api/v1/registry/sources",
      "POST /api/v1/registry/sources/{name}/refresh",
      "GET /api/v1/stats",
      "GET /api/v1/events",
      "GET /health",
      "GET /ready",
      "GET /version",
      "GET /metrics",
    ]) {
      expect(served).toContain(route);
    }
  });

  test("names each operation once, with existing tags", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { operation } of operations()) {
      for (const tag of operation.tags) expect(tags).toContain(tag);
    }
  });

  test("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    expect(references.length).toBeGreaterThan(50);
    for (const path of new Set(references)) {
      let at: unknown = document;
      for (const name of path.split("/")) at = (at as Record<string, unknown>)[name];
      expect([path, typeof at]).toEqual([path, "object"]);
    }
  });

  test("has an example for every body, and each fits its schema", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const bodies = operations().flatMap(({ operation: { operationId, requestBody } }) =>
      requestBody === undefined ? [] : [{ operationId, content: requestBody.content["application/json"] }],
    );
    expect(bodies.length).toBeGreaterThan(12);
    for (const { operationId, content } of bodies) {
      const valid = ajv.validate(content?.schema ?? false, content?.example);
      expect([operationId, valid, ajv.errorsText()]).toEqual([operationId, true, "No errors"]);
    }
  });

  test("has response examples that match their schemas", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "https://ratchet.invalid/openapi", components: document.components });
    let checked = 0;
    for (const { operation } of operations()) {
      for (const { content = {} } of Object.values(operation.responses)) {
        for (const { schema, example } of Object.values(content)) {
          if (schema?.$ref === "#/components/schemas/Problem") continue;
          expect([operation.operationId, example]).not.toEqual([operation.operationId, undefined]);
          if (schema?.$ref === undefined) continue;
          const valid = ajv.validate({ $ref: `https://ratchet.invalid/openapi${schema.$ref}` }, example);
          expect([operation.operationId, valid, ajv.errorsText()]).toEqual([operation.operationId, true, "No errors"]);
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(30);
  });

  test("is the same as from the composition root", () => {
    expect(server.api.openApi()).toEqual(document as never);
  });
});

test("every HTTP error is in the table of docs/api.md, under its status", () => {
  const root = join(import.meta.dir, "../..");
  const table = readFileSync(join(root, "docs/api.md"), "utf8");
  let found = 0;
  for (const path of new Bun.Glob("src/api/**/*.ts").scanSync(root)) {
    const source = readFileSync(join(root, path), "utf8");
    for (const [, status, code] of source.matchAll(/new HttpError\(\s*(\d{3}),\s*"(\w+)"/g)) {
      expect(table).toMatch(new RegExp(`^\\| ${status} \\|.*\`${code}\``, "m"));
      found += 1;
    }
  }
  // Those of the services, which do not know statuses.
  expect(table).toMatch(/^\| 404 \|.*`SOURCE_NOT_FOUND`/m);
  expect(table).toMatch(/^\| 503 \|.*`TOO_MANY_LISTENERS`/m);
  expect(found).toBeGreaterThan(11);
});

describe("pages", () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { redirect: "manual", headers });

  for (const [path, type, word] of [
    ["/", "text/html", "assets/main-"],
    ["/docs", "text/html", "swagger-ui.js"],
    ["/docs/start.js", "text/javascript", "SwaggerUIBundle("],
    ["/docs/swagger-ui.js", "text/javascript", "SwaggerUIBundle"],
    ["/docs/swagger-ui.css", "text/css", ".swagger-ui"],
    ["/playground", "text/html", "YogaGraphiQL"],
  ] as const) {
    test(`${path} is there, compressed and plain`, async () => {
      const compressed = await get(path);
      expect(compressed.headers.get("content-type")).toStartWith(type);
      expect(await compressed.text()).toContain(word);
      const plain = await get(path, { "accept-encoding": "identity" });
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(await plain.text()).toContain(word);
      const policy = plain.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      // Nothing may be loaded from elsewhere.
      expect(policy).not.toMatch(/https?:|\*/);
    });
  }

  test("are not sent again to clients that have them", async () => {
    const etag = (await get("/docs/swagger-ui.js")).headers.get("etag") ?? "";
    const again = await get("/docs/swagger-ui.js", { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});
