import type { JsonObject } from "../../domain/json.ts";
import { buildInfo } from "../../lib/build-info.ts";
import { defined } from "../../lib/defined.ts";
import { ROLE_FOR } from "../http/gate.ts";
import type { ParameterSchema } from "../http/parameters.ts";
import { isUnlimited } from "../http/rate-limit.ts";
import type { Route } from "../http/route.ts";
import { KEY } from "../resources/request-parts.ts";
import { responseExamples } from "./examples.ts";
import { problemExample, problemSummary } from "./problem-examples.ts";
import { resourceSchemas } from "./resource-schemas.ts";

const TAGS: Readonly<Record<string, string>> = {
  jobs: "Durable requests to run a task. An acknowledged job is on disk.",
  executions: "Attempts of jobs, and direct executions.",
  approvals: "Questions of runs to people, and their answers.",
  tasks: "Functions with JSON Schemas for their input and output.",
  schedules: "Rules that create jobs at given times.",
  http: "The calls of tasks to other servers.",
  notifications: "Messages about what needs attention, to webhooks, chat channels and e-mail.",
  webhooks: "Addresses at which deliveries of other services create jobs.",
  registry: "The sources of tasks.",
  audit: "Who did what, when, and from where.",
  queue: "Pauses and limits of the queue, and its workers.",
  secrets: "Values that only declared tasks get, encrypted in the database.",
  stats: "Numbers of jobs and executions, and their durations.",
  logs: "What tasks write to their consoles, and the messages of the server.",
  events: "Live events.",
  access: "Users, API keys and logins.",
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
      description: "Runs JavaScript and TypeScript tasks: directly, queued, or on a schedule.",
      contact: { name: "Ratchet" },
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The server that this document came from." }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: resourceSchemas(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
  // The conversion to text and back copies shared parts and removes undefined members.
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}

function operation(route: Route, examples: Examples): unknown {
  const { id, tag, summary, description, params, query, body } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    ...accessOf(route),
    parameters: [...parameters(params, "path"), ...parameters(query, "query"), ...headersOf(route)],
    ...defined({ requestBody: body === undefined ? undefined : requestBody(route, body) }),
    responses: responses(route, examples),
  };
}

/** What a caller needs (OpenAPI 3.1, section 4.8.30). */
const SECURITY_SCHEMES = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "An API key, which begins with rtk_, or a token of an issuer.",
  },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "An API key, which begins with rtk_." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "ratchet_session",
    description: "The cookie that POST /api/v1/login sets; __Host-ratchet_session over TLS.",
  },
} as const;

function accessOf({ requires: { access } }: Route) {
  if (access === "public") return { security: [], "x-ratchet-role": "public" };
  return {
    security: Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: [] })),
    "x-ratchet-role": ROLE_FOR[access],
  };
}

function requestBody({ bodyRequired, bodyExample }: Route, schema: Route["body"]): unknown {
  return { required: bodyRequired !== false, content: { "application/json": { schema, example: bodyExample } } };
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

/** Operations that send signals. */
const SIGNALS: ReadonlySet<string> = new Set(["signalExecution", "signalJob", "sendSignal"]);

function headersOf({ id }: Route): unknown[] {
  if (id === "createJob" || SIGNALS.has(id)) {
    return [
      {
        name: "Idempotency-Key",
        in: "header",
        description: SIGNALS.has(id)
          ? "A repeat with the same key is not delivered again."
          : "Same as idempotencyKey in the body.",
        schema: KEY,
      },
    ];
  }
  if (id !== "listenToEvents" && id !== "followStream") return [];
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
      ...defined({
        headers:
          location === undefined ? undefined : { Location: { description: location, schema: { type: "string" } } },
        content: status === "204" ? undefined : { [contentType]: content },
      }),
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

/** Returns the statuses of all HTTP errors that a route can have. */
function problemsOf({ method, path, body, requires, problems = [] }: Route): ReadonlySet<number> {
  return new Set([
    400,
    ...(requires.access === "public" ? [] : [401]),
    403,
    ...(method === "GET" ? [] : [415]),
    ...(body === undefined ? [] : [408, 413]),
    ...(isUnlimited(path) ? [] : [429]),
    // These routes use the database, which may fail, or do not work before the set-up.
    ...(path.startsWith("/api/") || requires.duringSetup !== true ? [503] : []),
    ...problems,
  ]);
}
