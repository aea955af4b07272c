/**
 * Writes the types of REST's routes and resources for the dashboard into dist/generated/api-types.ts, from the same
 * OpenAPI document that the server serves.
 *
 *     bun build/api-types.ts
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Route } from "../src/api/http/route.ts";
import { openApiDocument } from "../src/api/openapi/document.ts";
import { systemRoutes } from "../src/api/rest/system.ts";
import { restRoutes } from "../src/api/rest-routes.ts";
import { typeOf, type WrittenSchema } from "./schema-types.ts";

interface Operation {
  parameters: readonly { name: string; in: string; schema: WrittenSchema }[];
  requestBody?: { required: boolean; content: { "application/json": { schema: WrittenSchema } } };
  responses: Record<string, { content?: Record<string, { schema: WrittenSchema }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, WrittenSchema> };
}

/** Stands in for everything that the routes only use when they are called. */
function nothing(): never {
  const stand: object = new Proxy(() => {}, { get: () => stand, apply: () => stand });
  return stand as never;
}

/** Returns the text of a module with one interface per resource, and `Routes`, which has one member per route. */
function apiTypes(): string {
  const routes: Route[] = [...restRoutes(nothing()), ...systemRoutes(nothing())];
  const { paths, components } = openApiDocument(routes) as unknown as Document;
  const resources = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`,
  );
  const members = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => memberOf(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `// Made by build/api-types.ts from the OpenAPI document.\n${resources.join("")}\n/** What each route takes and returns. */\nexport interface Routes {\n${members.join("")}}\n`;
}

function memberOf(name: string, { parameters, requestBody, responses }: Operation): string {
  const key = JSON.stringify(name.replace(/\{(\w+)\}/g, ":$1"));
  const query = parameters.filter((parameter) => parameter.in === "query");
  const queryMembers = query.map(({ name, schema }) => `${JSON.stringify(name)}?: ${typeOf(schema)} | undefined`);
  const params = parameters.filter((parameter) => parameter.in === "path");
  const paramMembers = params.map(({ name }) => `${JSON.stringify(name)}: string | number`);
  const body = requestBody === undefined ? "undefined" : typeOf(requestBody.content["application/json"].schema);
  return `  ${key}: { params: { ${paramMembers.join("; ")} }; query: { ${queryMembers.join("; ")} }; body: ${body}; response: ${responseType(responses)} };\n`;
}

function responseType(responses: Operation["responses"]): string {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, { content = {} }]) => {
      const schema = content["application/json"]?.schema;
      if (schema !== undefined) return typeOf(schema);
      return Object.keys(content).length === 0 ? "undefined" : "string";
    });
  return [...new Set(types)].join(" | ") || "undefined";
}

/** Writes the file only if it changes, so that a check of the types that has nothing to do stays fast. */
function write(): void {
  const folder = join(import.meta.dir, "../dist/generated");
  const path = join(folder, "api-types.ts");
  const text = apiTypes();
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

if (import.meta.main) write();
