import type { Static } from "typebox";
import { Compile, type Validator, type XSchema } from "typebox/schema";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { nearest } from "../../lib/nearest.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = XSchema;

/** JSON Schema of an object whose members are read from texts: parameters of a path or a query. */
export interface ParameterSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** One answer, for the OpenAPI document. */
export interface Answer {
  description: string;
  /** Name in components/schemas. */
  schema?: string;
  /** @default "application/json" */
  contentType?: string;
  example?: JsonValue;
}

/** What a handler gets. */
export interface Call<Params, Query, Body> {
  request: Request;
  params: Params;
  query: Query;
  body: Body;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** The connection may now be quiet for as long as it takes. */
  keepOpen(): void;
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
  description?: string;
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
  keepOpen(): void;
}

type Read<S> = S extends Schema ? Static<S> : Record<string, never>;

/** What {@link defineRoute} takes: a {@link Route} with its handler. */
export type RouteDefinition<P, Q, B> = Omit<Route, "answer" | "params" | "query" | "body"> & {
  params?: P;
  query?: Q;
  body?: B;
  handle(call: Call<Read<P>, Read<Q>, Read<B>>): Promise<Response> | Response;
};

/** Makes a route whose handler gets checked values of the schemas' types. */
export function defineRoute<
  const P extends ParameterSchema | undefined = undefined,
  const Q extends ParameterSchema | undefined = undefined,
  const B extends Schema | undefined = undefined,
>(definition: RouteDefinition<P, Q, B>): Route {
  const { handle, params, query, body, ...rest } = definition;
  // Compiled when first used: most routes of most servers never are.
  let compiled: { params: Check<P>; query: Check<Q>; body: Check<B> } | undefined;
  return {
    ...rest,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    async answer(raw) {
      compiled ??= { params: checkOf(params, "path"), query: checkOf(query, "query"), body: checkOf(body, "body") };
      const { request, keepOpen } = raw;
      const sentQuery = readQuery(request.url, query);
      const sentParams = params === undefined ? {} : readValues(raw.params, params);
      const call = {
        request,
        params: compiled.params(sentParams),
        query: compiled.query(sentQuery),
        body: compiled.body(body === undefined ? {} : await bodyOf(raw, definition.bodyRequired !== false)),
        signal: request.signal,
        keepOpen,
      };
      return handle(call);
    },
  };
}

async function bodyOf(raw: RawCall, required: boolean): Promise<unknown> {
  const body = await raw.readBody();
  if (body !== undefined) return body;
  if (!required) return {};
  throw new RatchetError("INVALID_JSON", "The request has no body.", { remedy: "Send a JSON object." });
}

type Check<S> = (value: unknown) => Read<S>;

function checkOf<S extends Schema | undefined>(schema: S, where: "path" | "query" | "body"): Check<S> {
  // Without a schema only the empty object comes here.
  const validator: Validator | undefined = schema === undefined ? undefined : Compile(schema);
  return (value) => {
    if (validator !== undefined && !validator.Check(value)) throw wrongForm(validator, value, where);
    return value as Read<S>;
  };
}

function wrongForm(validator: Validator, value: unknown, where: "path" | "query" | "body"): RatchetError {
  const violations = validator
    .Errors(value)[1]
    .flatMap(({ keyword, instancePath, message, params }) => {
      // The same is said by additionalProperties, with the name.
      if (keyword === "boolean") return [];
      if (keyword === "additionalProperties") {
        const names = (params as { additionalProperties?: readonly string[] }).additionalProperties ?? [];
        return names
          .slice(0, 20)
          .map((name) => ({ pointer: `${instancePath}/${escaped(name)}`, message: "is not known" }));
      }
      return [{ pointer: instancePath, message }];
    })
    .slice(0, 20);
  const first = violations[0];
  const place = first === undefined || first.pointer === "" ? `the ${where}` : `${where} ${first.pointer}`;
  return new RatchetError("USAGE", `The request's ${place} ${first?.message ?? "has the wrong form"}.`, {
    data: { violations },
    remedy: "GET /openapi.json describes what each request takes.",
  });
}

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

function readQuery(url: string, schema: ParameterSchema | undefined): Record<string, unknown> {
  const at = url.indexOf("?");
  if (at === -1) return {};
  const sent: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(url.slice(at))) {
    if (schema === undefined || !Object.hasOwn(schema.properties, name)) throw unknownParameter(name, schema);
    // Several of one name are a list, like one with commas.
    sent[name] = name in sent ? `${sent[name]},${value}` : value;
  }
  return schema === undefined ? {} : readValues(sent, schema);
}

function unknownParameter(name: string, schema: ParameterSchema | undefined): RatchetError {
  const near = nearest(name, Object.keys(schema?.properties ?? {}));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new RatchetError("USAGE", `The parameter ${JSON.stringify(name.slice(0, 100))} is not known here.${hint}`, {
    remedy: "GET /openapi.json lists the parameters of each route.",
  });
}

/** Texts to values of the schema's types; what can't be read stays a text, and the check says what it should be. */
function readValues(sent: Readonly<Record<string, string>>, schema: ParameterSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sent).map(([name, text]) => [name, readValue(text, schema.properties[name]?.type)]),
  );
}

function readValue(text: string, type: unknown): unknown {
  if (type === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type === "array") return text.split(",").map((item) => item.trim());
  return text;
}
