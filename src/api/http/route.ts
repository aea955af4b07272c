import type { JsonValue } from "../../domain/json.ts";
import { type ParameterSchema, readQuery, readValues } from "./parameters.ts";
import type { AccessClass, BodyForm } from "./requirements.ts";
import { type Checked, createSchemaCheck, type Schema } from "./schema-check.ts";
import type { ServedRoute } from "./served-route.ts";

/** One answer, for the OpenAPI document. */
export interface Answer {
  description: string;
  /** Name in components/schemas. */
  schema?: string;
  /** @default "application/json" */
  contentType?: string;
  example?: JsonValue;
  /** What the header Location leads to, where there is one. */
  location?: string;
}

/** What a handler gets. */
export interface Call<Params, Query, Body> {
  request: Request;
  params: Params;
  query: Query;
  body: Body;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

/** One route with all that is known about it: it is served, checked and documented from here. */
export interface Route extends ServedRoute {
  /** operationId */
  id: string;
  tag: string;
  summary: string;
  description: string;
  params?: ParameterSchema;
  query?: ParameterSchema;
  body?: Schema;
  bodyExample?: JsonValue;
  /** false: the body may be left out, and then counts as `{}`. @default true */
  bodyRequired?: boolean;
  /** By status. Problems need not be named. */
  answers: Readonly<Record<number, Answer>>;
  /** Statuses of problems that are this route's own. */
  problems?: readonly number[];
}

/** What {@link defineRoute} takes: a {@link Route} with its handler. */
export type RouteDefinition<P, Q, B> = Omit<Route, "respond" | "requires" | "params" | "query" | "body"> & {
  access: AccessClass;
  params?: P;
  query?: Q;
  body?: B;
  handle(call: Call<Checked<P>, Checked<Q>, Checked<B>>): Promise<Response> | Response;
};

/**
 * Makes a route whose handler gets checked values of the schemas' types.
 * @example
 * ```ts
 * import { json } from "./answers.ts";
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
 *   answers: { 200: { description: "The greeting.", schema: "Greeting" } },
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
  const { handle, access, params, query, body, ...rest } = definition;
  // Compiled when first used: most routes of most servers never are.
  let checks: ReturnType<typeof makeChecks> | undefined;
  const makeChecks = () => ({
    params: createSchemaCheck(params as P, "path"),
    query: createSchemaCheck(query as Q, "query"),
    body: createSchemaCheck(body as B, "body"),
  });
  return {
    ...rest,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    requires: { access, body: bodyForm(definition) },
    async respond(raw) {
      checks ??= makeChecks();
      const { request } = raw;
      const sentQuery = readQuery(request.url, query);
      const sentParams = params === undefined ? {} : readValues(raw.params, params);
      return handle({
        request,
        params: await checks.params(sentParams),
        query: await checks.query(sentQuery),
        body: await checks.body(await raw.readBody()),
        signal: request.signal,
      });
    },
  };
}

interface BodyDeclaration {
  method: Route["method"];
  body?: Schema | undefined;
  bodyRequired?: boolean;
}

/** The form of the body that a route takes, by its method and its schema. */
function bodyForm({ method, body, bodyRequired }: BodyDeclaration): BodyForm {
  if (body !== undefined) return bodyRequired === false ? "optional" : "json";
  return method === "GET" ? "ignored" : "empty";
}
