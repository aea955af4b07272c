import type { JsonObject } from "../../domain/json.ts";
import { buildInfo } from "../../lib/build-info.ts";
import type { ParameterSchema } from "../http/parameters.ts";
import type { Route } from "../http/route.ts";
import { responseExamples } from "./examples.ts";
import { problemExample, problemSummary } from "./problem-examples.ts";
import { resourceSchemas } from "./resource-schemas.ts";

const TAGS: Readonly<Record<string, string>> = {
  jobs: "Work to be done. A job that was acknowledged is on the disk.",
  executions: "Attempts of jobs, and direct executions.",
  tasks: "What can be run.",
  schedules: "Plans by which jobs are created.",
  registry: "Where tasks come from.",
  queue: "Pauses and limits.",
  stats: "Numbers and durations.",
  events: "What happens, live.",
  server: "The server itself.",
};

type Examples = ReturnType<typeof responseExamples>;

/** The OpenAPI 3.1 description of the routes. */
export function openApiDocument(routes: readonly Route[]): JsonObject {
  const paths: Record<string, Record<string, unknown>> = {};
  const examples = responseExamples();
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, examples) };
  }
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Ratchet",
      version: buildInfo().version,
      description: "Runs JavaScript and TypeScript tasks: at once, queued, or on a schedule.",
      contact: { name: "Ratchet" },
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The server that this document came from." }],
    // There is no access control yet.
    security: [],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: resourceSchemas(),
    },
  };
  // Through text, so that shared parts become parts of their own and undefined goes.
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}

function operation(route: Route, examples: Examples): unknown {
  const { id, tag, summary, description, params, query, body, bodyExample } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    parameters: [...parameters(params, "path"), ...parameters(query, "query"), ...headersOf(route)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: route.bodyRequired !== false,
            content: { "application/json": { schema: body, example: bodyExample } },
          },
        }),
    responses: responses(route, examples),
  };
}

function parameters(schema: ParameterSchema | undefined, where: "path" | "query"): unknown[] {
  return Object.entries(schema?.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === "path",
    description,
    schema: rest,
    ...(rest.type === "array" ? { style: "form", explode: false } : {}),
  }));
}

function headersOf({ id }: Route): unknown[] {
  if (id === "createJob") {
    return [
      {
        name: "Idempotency-Key",
        in: "header",
        description: "The same as idempotencyKey in the body.",
        schema: { type: "string", minLength: 1, maxLength: 200 },
      },
    ];
  }
  if (id !== "listenToEvents") return [];
  return [
    {
      name: "Last-Event-ID",
      in: "header",
      description: "Id of the last event that the client received.",
      schema: { type: "integer" },
    },
  ];
}

function responses(route: Route, examples: Examples): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [status, response] of Object.entries(route.responses)) {
    const { description, schema, contentType = "application/json", example, location } = response;
    const content =
      schema === undefined
        ? { schema: { type: "string" }, example }
        : { schema: { $ref: `#/components/schemas/${schema}` }, example: example ?? examples[schema] };
    found[status] = {
      description,
      ...(location === undefined
        ? {}
        : { headers: { Location: { description: location, schema: { type: "string" } } } }),
      ...(status === "204" ? {} : { content: { [contentType]: content } }),
    };
  }
  for (const status of problemsOf(route)) {
    found[status] ??= {
      description: problemSummary(status),
      content: {
        "application/problem+json": {
          schema: { $ref: "#/components/schemas/Problem" },
          example: problemExample(status),
        },
      },
    };
  }
  return found;
}

/** Those of the route, and those that every route of its kind can have. */
function problemsOf({ method, path, body, problems = [] }: Route): ReadonlySet<number> {
  return new Set([
    400,
    403,
    ...(method === "GET" ? [] : [415]),
    ...(body === undefined ? [] : [408, 413]),
    // Where the database is needed it may fail.
    ...(path.startsWith("/api/") ? [503] : []),
    ...problems,
  ]);
}
