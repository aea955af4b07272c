import { environmentProxies, processEnvironment } from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import type { HttpResponse } from "../../domain/http.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import type { ArgDefinition } from "./command.ts";
import { isErrorCode } from "./exit-codes.ts";

/** The option of every command that talks to a server. */
export const SERVER_OPTION = {
  server: {
    type: "string",
    form: { type: "string", check: serverAddress },
    valueHint: "URL",
    description: "The server. Default: http://127.0.0.1:8080, or what server.host and server.port say.",
  },
} as const satisfies Record<string, ArgDefinition>;

/** A running server, asked over REST. */
export interface ServerClient {
  /**
   * Sends a request and gives the answer's JSON.
   * Gives {} for an answer without content.
   * @param path with query, such as `/api/v1/jobs?limit=5`
   * @throws {RatchetError} the server's own error; ENVIRONMENT when it can't be reached or does not speak as expected
   */
  call(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: JsonValue): Promise<JsonObject>;
  /** Opens a stream of server-sent events. @throws {RatchetError} as `call` does */
  listen(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  stop(): Promise<void>;
}

/** Longest time for one answer, ms: looking at remote sources takes its time. */
const TIMEOUT_MS = 120_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** Asks a server for something and lets go of it. */
export async function withServer<T>(
  server: string | undefined,
  config: ConfigValues,
  work: (client: ServerClient) => Promise<T>,
): Promise<T> {
  const client = await connect(server ?? defaultAddress(config));
  try {
    return await work(client);
  } finally {
    await client.stop();
  }
}

async function connect(address: string): Promise<ServerClient> {
  const { createHttpClient } = await import("../../http/http-client.ts");
  const base = address.replace(/\/+$/, "");
  const proxies = isLoopback(new URL(base).hostname) ? {} : environmentProxies(processEnvironment());
  const client = createHttpClient({ timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_ANSWER_BYTES, proxies });
  return {
    stop: () => client.stop(),
    async call(method, path, body) {
      const url = `${base}${path}`;
      // Every write says that it is JSON: the server takes no other (a web page could send a form).
      const headers: [string, string][] = [["accept", "application/json"]];
      if (method !== "GET") headers.push(["content-type", "application/json"]);
      const bytes = body === undefined ? null : new TextEncoder().encode(JSON.stringify(body));
      let response: HttpResponse;
      try {
        response = await client.send({ method, url, headers, body: bytes }, new AbortController().signal);
      } catch (cause) {
        throw unreachable(base, cause);
      }
      return readAnswer(base, response.status, response.body);
    },
    listen: (path, signal) => listen(base, path, signal),
  };
}

/** A stream has no end, so it goes past the client of single answers. */
async function listen(base: string, path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, { headers: { accept: "text/event-stream" }, signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    // Loaded late: only a failure needs it.
    const { explainFailure } = await import("../../http/explain-failure.ts");
    throw unreachable(base, explainFailure(cause, `GET ${base}${path}`, new URL(base).host));
  }
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (response.ok && isStream && response.body !== null) return response.body;
  readAnswer(base, response.status, new Uint8Array(await response.arrayBuffer()));
  throw unexpected(base, response.status);
}

function unreachable(base: string, cause: unknown): RatchetError {
  // The client's message begins with the request, and so with the address that is named already.
  const reason = messageOf(cause).replace(/^[A-Z]+ https?:\/\/\S+: /, "");
  return new RatchetError("ENVIRONMENT", `The server ${base} can't be reached: ${reason}`, {
    remedy: "Start it with `ratchet serve`, or name another with --server.",
    cause,
  });
}

function readAnswer(base: string, status: number, body: Uint8Array): JsonObject {
  if (status === 204) return {};
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder().decode(body)) as JsonValue;
  } catch {
    throw unexpected(base, status);
  }
  if (!isObject(value)) throw unexpected(base, status);
  if (status >= 200 && status < 300) return value;
  throw serverError(base, status, value);
}

/** An error as it was before the server made problem+json of it (RFC 9457). */
function serverError(base: string, status: number, problem: JsonObject): RatchetError {
  const { code, detail, remedy, data, errors } = problem;
  if (typeof code !== "string" || typeof detail !== "string") throw unexpected(base, status);
  const known: ErrorCode = isErrorCode(code) ? code : status >= 500 ? "ENVIRONMENT" : "USAGE";
  return new RatchetError(known, detail, {
    ...defined({ remedy: typeof remedy === "string" ? remedy : undefined }),
    data: {
      ...(isObject(data) ? data : {}),
      ...defined({ errors: Array.isArray(errors) ? errors : undefined }),
    },
  });
}

function unexpected(base: string, status: number): RatchetError {
  return new RatchetError("ENVIRONMENT", `What answers at ${base} is no Ratchet server (status ${status}).`, {
    remedy: "Check the address given with --server.",
  });
}

function defaultAddress(config: ConfigValues): string {
  const host = config["server.host"];
  return `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${config["server.port"]}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

function serverAddress(text: string): string | undefined {
  return /^https?:\/\/[^/?#]+\/*$/i.test(text) && URL.canParse(text)
    ? undefined
    : "is not the address of a server, such as http://127.0.0.1:8080";
}
