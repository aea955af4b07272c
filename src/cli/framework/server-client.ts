import {
  API_KEY_VARIABLE,
  environmentApiKey,
  environmentProxies,
  processEnvironment,
} from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import { HttpFailure, type HttpRequest, type HttpResponse } from "../../domain/http.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import type { TlsInit } from "../../http/tls-settings.ts";
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
    description: "URL of the server. Default: http://127.0.0.1:8080, or the address from server.host and server.port.",
  },
} as const satisfies Record<string, ArgDefinition>;

/** A client for the REST routes of a running server. */
export interface ServerClient {
  /**
   * Sends a request.
   * @returns the JSON of the response, or {} if it has no content
   * @param path with query, such as `/api/v1/jobs?limit=5`
   * @param headers in addition to those of every request
   * @throws {RatchetError} the server's error; ENVIRONMENT if it can't be reached or is not a Ratchet server
   */
  call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: JsonValue,
    headers?: readonly [string, string][],
  ): Promise<JsonObject>;
  /**
   * Sends a GET and returns the response as it is, whatever its status.
   * @param options with `anonymous`, no credentials are sent
   * @throws {RatchetError} ENVIRONMENT if the server can't be reached
   */
  ask(path: string, options?: { anonymous?: boolean }): Promise<HttpResponse>;
  /** Opens a stream of server-sent events. @throws {RatchetError} as `call` does */
  listen(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  stop(): Promise<void>;
}

/** Time limit for one response, in ms. Refreshing remote sources can take long. */
const TIMEOUT_MS = 120_000;
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024;

/** Connects to a server, does some work, and disconnects. */
export async function withServer<T>(
  server: string | undefined,
  config: ConfigValues,
  work: (client: ServerClient) => Promise<T>,
): Promise<T> {
  const client = await connect(server ?? defaultAddress(config), config);
  try {
    return await work(client);
  } finally {
    await client.stop();
  }
}

async function connect(address: string, config: ConfigValues): Promise<ServerClient> {
  const [{ createHttpClient }, { createTlsSettings }] = await Promise.all([
    import("../../http/http-client.ts"),
    import("../../http/tls-settings.ts"),
  ]);
  const base = address.replace(/\/+$/, "");
  const tls = { verify: config["http.verify_ssl"], caFile: config["http.ca_file"] };
  const proxies = isLoopback(new URL(base).hostname) ? {} : environmentProxies(processEnvironment());
  const send = async (
    path: string,
    request: Pick<HttpRequest, "method" | "headers" | "body">,
  ): Promise<HttpResponse> => {
    try {
      return await client.send({ ...request, url: `${base}${path}` }, new AbortController().signal);
    } catch (cause) {
      throw unreachable(base, cause);
    }
  };
  const client = createHttpClient({ timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_RESPONSE_BYTES, proxies, tls });
  return {
    stop: () => client.stop(),
    async call(method, path, body, more = []) {
      // The server only accepts writes that are declared as JSON, because a web page could send a form.
      const headers: [string, string][] = [["accept", "application/json"], ...credentials(), ...more];
      if (method !== "GET") headers.push(["content-type", "application/json"]);
      const bytes = body === undefined ? null : new TextEncoder().encode(JSON.stringify(body));
      const response = await send(path, { method, headers, body: bytes });
      return readResponse(base, response.status, response.body);
    },
    ask: (path, { anonymous = false } = {}) =>
      send(path, {
        method: "GET",
        headers: [["accept", "application/json"], ...(anonymous ? [] : credentials())],
        body: null,
      }),
    async listen(path, signal) {
      try {
        return await listen(base, path, { signal, tls: await createTlsSettings(tls)() });
      } catch (cause) {
        throw cause instanceof HttpFailure ? unreachable(base, cause) : cause;
      }
    },
  };
}

/** A stream has no end, so it does not use the client, which has a time limit. */
async function listen(
  base: string,
  path: string,
  { signal, tls }: { signal: AbortSignal; tls: TlsInit },
): Promise<ReadableStream<Uint8Array>> {
  const headers: [string, string][] = [["accept", "text/event-stream"], ...credentials()];
  let response: Response;
  try {
    // A redirect could lead the key elsewhere.
    response = await fetch(`${base}${path}`, { headers, signal, tls, redirect: "manual" });
  } catch (cause) {
    if (signal.aborted) throw cause;
    // Loaded late: only a failure needs it.
    const { explainFailure } = await import("../../http/explain-failure.ts");
    throw explainFailure(cause, `GET ${base}${path}`, new URL(base).host);
  }
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (response.ok && isStream && response.body !== null) return response.body;
  readResponse(base, response.status, new Uint8Array(await response.arrayBuffer()));
  throw unexpected(base, response.status);
}

/** The header with the API key of the environment, if there is one. */
function credentials(): [string, string][] {
  const key = environmentApiKey(processEnvironment());
  return key === undefined ? [] : [["authorization", `Bearer ${key}`]];
}

function unreachable(base: string, cause: unknown): RatchetError {
  // The client's message begins with the request, and so with the address that is named already.
  const reason = messageOf(cause).replace(/^[A-Z]+ https?:\/\/\S+: /, "");
  return new RatchetError("ENVIRONMENT", `The server ${base} can't be reached: ${reason}`, {
    remedy: remedyFor(base, cause),
    cause,
  });
}

/** What to do depends on whether something listens there. */
function remedyFor(base: string, cause: unknown): string {
  const code = cause instanceof HttpFailure ? cause.code : undefined;
  if (code !== undefined && CERTIFICATE.test(code)) {
    return "Set http.ca_file to the certificate of the server's authority, and use a host name that the certificate contains.";
  }
  if (code === "EPROTO" && base.startsWith("https:"))
    return "If the server has no TLS, pass its http: address with --server.";
  return "Start it with `ratchet serve`, or pass another address with --server.";
}

/** Codes of a certificate that can't be trusted, as OpenSSL names them. */
const CERTIFICATE = /CERT|ISSUER|SIGNATURE/;

/** Returns true if nothing listens at the server's address. @param error from a {@link ServerClient} */
export function isNotRunning(error: unknown): boolean {
  const cause = error instanceof RatchetError ? error.cause : undefined;
  return cause instanceof HttpFailure && cause.code === "ECONNREFUSED";
}

function readResponse(base: string, status: number, body: Uint8Array): JsonObject {
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

const NEEDS_KEY = `Set ${API_KEY_VARIABLE} to an API key of this server; \`ratchet key create\` creates one.`;

/** Converts a problem document (RFC 9457) back to the error that it describes. */
function serverError(base: string, status: number, problem: JsonObject): RatchetError {
  const { code, detail, remedy, data, errors } = problem;
  if (typeof code !== "string" || typeof detail !== "string") throw unexpected(base, status);
  const known: ErrorCode = isErrorCode(code) ? code : isRefusal(status) ? "ENVIRONMENT" : "USAGE";
  const ownRemedy = known === "UNAUTHENTICATED" ? NEEDS_KEY : undefined;
  return new RatchetError(known, detail, {
    ...defined({ remedy: ownRemedy ?? (typeof remedy === "string" ? remedy : undefined) }),
    data: {
      ...(isObject(data) ? data : {}),
      ...defined({ errors: Array.isArray(errors) ? errors : undefined }),
    },
  });
}

/** Returns true for a status that is not about what was asked: who asks, how often, or how the server is. */
function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 408 || status === 429 || status >= 500;
}

function unexpected(base: string, status: number): RatchetError {
  return new RatchetError("ENVIRONMENT", `${base} does not respond like a Ratchet server (status ${status}).`, {
    remedy: "Check the address passed with --server.",
  });
}

/** Returns the address of the configured server, for clients on this machine. */
export function defaultAddress(config: ConfigValues): string {
  const host = reachableHost(config["server.host"]);
  const scheme = (config["server.tls.cert_file"] ?? "") === "" ? "http" : "https";
  return `${scheme}://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${config["server.port"]}`;
}

/** A server that listens on all addresses is reached at this machine's own. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host.replace(/^\[|\]$/g, "") === "::" ? "::1" : host;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

function serverAddress(text: string): string | undefined {
  return /^https?:\/\/[^/?#]+\/*$/i.test(text) && URL.canParse(text)
    ? undefined
    : "is not the address of a server, such as http://127.0.0.1:8080";
}
