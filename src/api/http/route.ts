import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { type ParameterSchema, readQuery, readValues } from "./parameters.ts";
import { type Checked, createSchemaCheck, type Schema } from "./schema-check.ts";

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
export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters as `:name`. */
  path: string;
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
  /** Checks what was sent and answers. @throws what {@link publicError} understands */
  answer(raw: RawCall): Promise<Response> | Response;
}

/** A request that was let in and has found its route. */
export interface RawCall {
  request: Request;
  params: Readonly<Record<string, string>>;
  /** Reads the body: a parsed JSON value, undefined when there is none. */
  readBody(): Promise<unknown>;
}

/** What {@link defineRoute} takes: a {@link Route} with its handler. */
export type RouteDefinition<P, Q, B> = Omit<Route, "answer" | "params" | "query" | "body"> & {
  params?: P;
  query?: Q;
  body?: B;
  handle(call: Call<Checked<P>, Checked<Q>, Checked<B>>): Promise<Response> | Response;
};

/** Makes a route whose handler gets checked values of the schemas' types. */
export function defineRoute<
  const P extends ParameterSchema | undefined = undefined,
  const Q extends ParameterSchema | undefined = undefined,
  const B extends Schema | undefined = undefined,
>(definition: RouteDefinition<P, Q, B>): Route {
  const { handle, params, query, body, ...rest } = definition;
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
    async answer(raw) {
      checks ??= makeChecks();
      const { request } = raw;
      const sentQuery = readQuery(request.url, query);
      const sentParams = params === undefined ? {} : readValues(raw.params, params);
      return handle({
        request,
        params: await checks.params(sentParams),
        query: await checks.query(sentQuery),
        body: await checks.body(
          body === undefined
            ? await noBody(raw, definition.method)
            : await bodyOf(raw, definition.bodyRequired !== false),
        ),
        signal: request.signal,
      });
    },
  };
}

async function bodyOf(raw: RawCall, required: boolean): Promise<unknown> {
  const body = await raw.readBody();
  if (body !== undefined) return body;
  if (!required) return {};
  throw new RatchetError("INVALID_JSON", "The request has no body.", { remedy: "Send a JSON object." });
}

/**
 * What a request that takes no body has for one: nothing, or an empty object. Anything else was sent by someone who
 * expects it to matter. A body that is cut short or malformed is refused here, before anything has an effect.
 * @throws {RatchetError} USAGE
 */
async function noBody(raw: RawCall, method: Route["method"]): Promise<unknown> {
  // What a GET carries has no meaning (RFC 9110, section 9.3.1).
  if (method === "GET") return {};
  // Read to its end also because a request whose body is cut short or malformed must have no effect.
  const body = await raw.readBody();
  if (body === undefined) return {};
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  const names = isObject ? Object.keys(body) : [];
  if (isObject && names.length === 0) return {};
  const [first = ""] = names;
  const what = isObject ? `${JSON.stringify(first.slice(0, 100))} is not known` : "a body is not expected";
  throw new RatchetError("USAGE", `This request takes no body: ${what}.`, {
    data: { violations: [{ pointer: isObject ? pointerTo(first) : "", message: "is not known here" }] },
    remedy: "Send no body, or {}. GET /openapi.json describes what each request takes.",
  });
}

/** RFC 6901, section 3. */
const pointerTo = (name: string): string => `/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
