/** Everything that the OpenAPI document has is described, and every example in it fits its schema. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import { isEnumType, isInputObjectType, isObjectType } from "graphql";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
type Node = Record<string, unknown>;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;
const sentence = (value: unknown): boolean => typeof value === "string" && /^\S.*[.?`]$/s.test(value);

/** Pointers of objects that are called in a certain way, with the objects. */
function* walk(node: unknown, pointer = ""): Generator<[pointer: string, node: Node]> {
  if (!isNode(node)) return;
  yield [pointer, node];
  for (const [name, member] of Object.entries(node)) {
    if (name !== "example" && name !== "examples") yield* walk(member, `${pointer}/${name}`);
  }
}

test("every property, parameter, operation, response, tag and schema of OpenAPI has a description", () => {
  const document = server.api.openApi() as Node;
  const missing: string[] = [];
  let properties = 0;
  const check = (pointer: string, node: unknown) => {
    if (!isNode(node) || !sentence(node.description)) missing.push(pointer);
  };
  for (const [pointer, node] of walk(document)) {
    if (isNode(node.properties) && node.type === "object") {
      for (const [name, property] of Object.entries(node.properties)) {
        properties += 1;
        check(`${pointer}/properties/${name}`, property);
      }
    }
    if (Array.isArray(node.parameters)) {
      for (const parameter of node.parameters) check(`${pointer}/parameters/${parameter.name}`, parameter);
    }
    if ("operationId" in node) {
      check(pointer, node);
      for (const [status, response] of Object.entries(node.responses as Node)) {
        check(`${pointer}/responses/${status}`, response);
        const { headers = {} } = response as { headers?: Node };
        for (const [name, header] of Object.entries(headers)) check(`${pointer}/headers/${name}`, header);
      }
    }
  }
  for (const [name, schema] of Object.entries((document.components as { schemas: Node }).schemas)) check(name, schema);
  for (const tag of document.tags as Node[]) check(`tag ${tag.name}`, tag);
  expect(properties).toBeGreaterThan(200);
  expect(missing).toEqual([]);
});

test("every example of OpenAPI fits its schema", () => {
  const document = server.api.openApi() as Node;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ components: document.components, $id: "https://ratchet.invalid/openapi" });
  const wrong: unknown[] = [];
  let checked = 0;
  for (const [pointer, { schema, example }] of walk(document)) {
    if (!isNode(schema) || example === undefined) continue;
    checked += 1;
    const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://ratchet.invalid/openapi#/'));
    if (!ajv.validate(absolute, example)) wrong.push([pointer, ajv.errorsText()]);
  }
  expect(checked).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test("the example of a server that is not ready says what is not ready", () => {
  const { paths } = server.api.openApi() as { paths: Record<string, { get: { responses: Record<string, Node> } }> };
  const content = paths["/ready"]?.get.responses["503"]?.content as Record<string, { example: Node }>;
  expect(content["application/json"]?.example).toMatchObject({
    ready: false,
    reasons: ["draining"],
    checks: [{ ok: true }, { ok: false }, { ok: true }],
  });
});

test("every type, field, argument, enum value and input field of GraphQL has a description", async () => {
  const { createSchema } = await import("../../src/api/graphql/schema.ts");
  const missing: string[] = [];
  let fields = 0;
  const check = (name: string, description: unknown) => {
    fields += 1;
    if (!sentence(description)) missing.push(name);
  };
  for (const type of Object.values(createSchema().getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    // Scalars of GraphQL itself have descriptions of their own.
    check(type.name, type.description);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field.description);
      if (!("args" in field)) continue;
      for (const { name, description } of field.args) check(`${type.name}.${field.name}(${name})`, description);
    }
  }
  expect(fields).toBeGreaterThan(190);
  expect(missing).toEqual([]);
});
