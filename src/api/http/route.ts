import type { AuditDraft } from "../../domain/audit.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Caller } from "../../domain/principal.ts";
import { defined } from "../../lib/defined.ts";
import type { TargetOf } from "./audit-target.ts";
import { type ParameterSchema, readQuery, readValues } from "./parameters.ts";
import type { AccessClass, BodyForm } from "./requirements.ts";
import { type Checked, createSchemaCheck, type Schema } from "./schema-check.ts";
import type { ServedRoute } from "./served-route.ts";

/** One response of a route, for the OpenAPI document. */
export interface RouteResponse {
  description: string;
  /** Name in components/schemas. */
  schema?: string;
  /** @default "application/json" */
  contentType?: string;
  example?: JsonValue;
  /** What the header `Location` points to, if the response has one. */
  location?: string;
}

/** What a handler receives. */
export interface Call<Params, Query, Body> {
  request: Request;
  params: Params;
  query: Query;
  body: Body;
  /** Who sent the request. */
  caller: Caller;
  /** The entry that the audit log gets. Absent if the route changes nothing. */
  draft?: AuditDraft;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** A route of REST. It is served, checked and documented from this one definition. */
export interface Route extends ServedRoute {
  /** The operationId in the OpenAPI document. */
  id: string;
  tag: string;
  summary: string;
  description: string;
  params?: ParameterSchema;
  query?: ParameterSchema;
  body?: Schema;
  bodyExample?: JsonValue;
  /** If false, the body may be left out, which means `{}`. @default true */
  bodyRequired?: boolean;
  /** Responses without an error, by status. */
  responses: Readonly<Record<number, RouteResponse>>;
  /** Statuses of HTTP errors that not every route has. */
  problems?: readonly number[];
  /** The target in the audit log. @default what the path says */
  target?: TargetOf;
}

/** The schemas of a request's parts. */
interface RequestSchemas {
  params: ParameterSchema | undefined;
  query: ParameterSchema | undefined;
  body: Schema | undefined;
}

/** What {@link defineRoute} takes: a {@link Route} with its handler. */
export type RouteDefinition<P, Q, B> = Omit<Route, "respond" | "requires" | "params" | "query" | "body"> & {
  access: AccessClass;
  /** Whether the route also works on a server that waits for its first user. @default false */
  duringSetup?: boolean;
  /** Whether nobody who is limited to some tasks may call it. @default only for admins */
  allTasks?: boolean;
  /** `value`: the body is JSON of any kind, and the handler gets its bytes. @default the form that its schema describes */
  bodyAs?: "value";
  params?: P;
  query?: Q;
  body?: B;
  handle(call: Call<Checked<P>, Checked<Q>, Checked<B>>): Promise<Response> | Response;
};

/**
 * Creates a route whose handler receives checked values, with the types of the schemas.
 * @example
 * ```ts
 * import { json } from "./responses.ts";
 *
 * const route = defineRoute({
 *   method: "GET",
 *   path: "/api/v1/greeting",
 *   access: "read",
 *   id: "greet",
 *   tag: "greetings",
 *   summary: "A greeting",
 *   description: "Greets the caller, at length if that is asked for.",
 *   query: { type: "object", properties: { verbose: { type: "boolean" } }, additionalProperties: false },
 *   responses: { 200: { description: "The greeting.", schema: "Greeting" } },
 *   handle: ({ query }) => json({ text: query.verbose ? "Good morning" : "Hi" }),
 * });
 * route.requires; // => { access: "read", body: "ignored" }
 * ```
 */
export function defineRoute<
  const P extends ParameterSchema | undefined = undefined,
  const Q extends ParameterSchema | undefined = undefined,
  const B extends Schema | undefined = undefined,
>(definition: RouteDefinition<P, Q, B>): Route {
  const { handle, access, duringSetup, allTasks, bodyAs: _, params, query, body, ...rest } = definition;
  const { target } = rest;
  // Compiled on first use, because most servers never use most routes.
  let checks: ReturnType<typeof compileChecks> | undefined;
  const compileChecks = () => ({
    params: createSchemaCheck(params as P, "path"),
    query: createSchemaCheck(query as Q, "query"),
    body: createSchemaCheck(body as B, "body"),
  });
  return {
    ...rest,
    ...defined<RequestSchemas>({ params, query, body }),
    requires: { access, body: bodyForm(definition), ...defined({ duringSetup, allTasks }) },
    async respond(raw) {
      checks ??= compileChecks();
      const { request } = raw;
      const sentQuery = readQuery(request.url, query);
      const sentParams = params === undefined ? {} : readValues(raw.params, params);
      const checkedParams = await checks.params(sentParams);
      const checkedQuery = await checks.query(sentQuery);
      const checkedBody = await checks.body(await raw.readBody());
      if (target !== undefined && raw.draft !== undefined) {
        raw.draft.target = target({ ...checkedParams, ...(checkedBody as object) }) ?? raw.draft.target;
      }
      return handle({
        request,
        params: checkedParams,
        query: checkedQuery,
        body: checkedBody,
        caller: raw.caller,
        ...defined({ draft: raw.draft }),
        signal: request.signal,
      });
    },
  };
}

interface BodyDeclaration {
  method: Route["method"];
  body?: Schema | undefined;
  bodyRequired?: boolean;
  bodyAs?: "value";
}

/** Derives the form of a route's body from its method and schema. */
function bodyForm({ method, body, bodyRequired, bodyAs }: BodyDeclaration): BodyForm {
  if (bodyAs !== undefined) return bodyAs;
  if (body !== undefined) return bodyRequired === false ? "optional" : "json";
  return method === "GET" ? "ignored" : "empty";
}
