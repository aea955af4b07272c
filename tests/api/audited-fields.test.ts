/** The audit log has one vocabulary: what a field of GraphQL does has the name of the operation of REST that does it too. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { operationOf } from "../../src/api/graphql/audited-fields.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Fields {
  name: string;
}

test("every field of Query and Mutation has the name of an operation", async () => {
  const query = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
  const response = await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as {
    data: { __schema: { queryType: { fields: Fields[] }; mutationType: { fields: Fields[] } } };
  };
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId?: string }>>;
  };
  const operations = new Set(
    Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId)),
  );
  const fields = [...data.__schema.queryType.fields, ...data.__schema.mutationType.fields].map(({ name }) => name);
  expect(fields.length).toBeGreaterThan(60);
  expect(fields.filter((field) => !operations.has(operationOf(field)))).toEqual([]);
  expect([operationOf("refreshSource", { name: "a" }), operationOf("refreshSource", { name: null })]).toEqual([
    "refreshSource",
    "refreshSources",
  ]);
});
