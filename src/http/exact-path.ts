import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { HttpBodyReader, HttpRequest } from "../domain/http.ts";
import { defined } from "../lib/defined.ts";
import { systemErrorCode } from "../lib/system-error.ts";
import type { ReceivedMessage } from "./read-body.ts";
import { requestTarget } from "./request-target.ts";
import type { Route } from "./route.ts";

/** One request and its destination. */
export interface ExactRequest extends Route {
  method: string;
  body: Uint8Array | null;
  /** See {@link HttpRequest}. */
  upload: HttpRequest["upload"] | undefined;
  signal: AbortSignal;
}

/** The head of a response, and its unread body. */
export interface ReceivedResponse extends ReceivedMessage {
  status: number;
  statusText: string;
}

/** Largest head of a response, bytes. Bun's client accepts more than this and less than 10 MB. */
const MAX_HEAD_BYTES = 1024 * 1024;

/** Tells whether Bun's `fetch` (1.4.5) would change the URL's path: it drops all but one of the leading slashes. */
export function needsExactPath(url: URL): boolean {
  return url.pathname.startsWith("//");
}

/**
 * Sends a request through `node:http`, which sends the path unchanged. Each request has its own connection, because
 * such paths are rare.
 * @throws the errors of `node:http`, which `explainFailure` knows
 */
export async function fetchExactly(request: ExactRequest): Promise<ReceivedResponse> {
  const { url, proxy, signal } = request;
  const path = requestTarget(url);
  const common = { method: request.method, setHost: false, agent: false, signal, maxHeaderSize: MAX_HEAD_BYTES };
  const headers = headersOf(request);
  const { Agent, request: plain } = await import("node:http");
  if (proxy === undefined) {
    const target = { ...common, host: request.address ?? "", port: portOf(url), path, headers };
    if (url.protocol === "http:") return exchange(plain(target), request);
    const { request: secure } = await import("node:https");
    return exchange(secure({ ...target, ...secureOptions(request) }), request);
  }
  if (url.protocol === "http:") {
    const through = { ...common, ...(await proxyOptions(request, proxy)), path: `http://${url.host}${path}` };
    const own = { ...headers, ...proxyAuthorization(proxy) };
    const send = proxy.protocol === "https:" ? (await import("node:https")).request : plain;
    return exchange(send({ ...through, headers: own }), request);
  }
  const tunnel = await openTunnel(request, proxy);
  const { connect } = await import("node:tls");
  const agent = new Agent();
  agent.createConnection = () => connect({ socket: tunnel, host: bare(url.hostname), ...secureOptions(request) });
  return exchange(plain({ ...common, agent, path, headers }), request);
}

function exchange(sent: ClientRequest, { body, upload }: ExactRequest): Promise<ReceivedResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedResponse>();
  let failed: Error | undefined;
  sent.on("error", (error) => {
    failed = error;
    reject(error);
  });
  sent.on("upgrade", (_, socket) => {
    socket.destroy();
    reject(Object.assign(new Error("101"), { code: "UnrequestedUpgrade" }));
  });
  sent.on("response", (message) => resolve(received(message, () => failed)));
  if (upload === undefined) sent.end(body ?? undefined);
  else sendPieces(sent, upload).catch((error: Error) => sent.destroy(error));
  return promise;
}

/** Sends a body as it comes. The next piece is asked for when the one before is on its way. */
async function sendPieces(sent: ClientRequest, upload: HttpBodyReader): Promise<void> {
  for (let piece = await upload.read(); piece !== undefined; piece = await upload.read()) {
    const bytes = piece;
    await new Promise<void>((resolve, reject) => {
      sent.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  sent.end();
}

/** @param failure returns why the connection was aborted, if it was: the message only says that it ended early */
function received(message: IncomingMessage, failure: () => Error | undefined): ReceivedResponse {
  const headers = new Headers();
  const { rawHeaders } = message;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  const chunks: AsyncIterator<Uint8Array<ArrayBuffer>> = message[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          throw bodyFailure(failure() ?? error);
        }
      },
      cancel: () => void message.destroy(),
    },
    { highWaterMark: 0 },
  );
  return { status: message.statusCode ?? 0, statusText: message.statusMessage ?? "", headers, body };
}

/** Explains an error in the body. The parser's errors there are about the chunks. */
function bodyFailure(error: unknown): unknown {
  const parsed = systemErrorCode(error)?.startsWith("HPE_") === true;
  return parsed ? Object.assign(new Error("chunk", { cause: error }), { code: "InvalidHTTPResponse" }) : error;
}

/** Asks the proxy for a connection to the server (RFC 9110 section 9.3.6). */
export async function openTunnel(request: Pick<ExactRequest, "url" | "tls" | "signal">, proxy: URL): Promise<Socket> {
  const { url, signal } = request;
  const authority = `${url.hostname}:${portOf(url)}`;
  const send = proxy.protocol === "https:" ? (await import("node:https")).request : (await import("node:http")).request;
  const asked = send({
    ...(await proxyOptions(request, proxy)),
    method: "CONNECT",
    path: authority,
    headers: { Host: authority, ...proxyAuthorization(proxy) },
    setHost: false,
    agent: false,
    signal,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const rejectTunnel = ({ statusCode: status, statusMessage: statusText }: IncomingMessage) =>
    reject(Object.assign(new Error("refused"), { code: "ERR_PROXY_TUNNEL", status, statusText }));
  asked.on("error", reject);
  asked.on("connect", (response, socket) => {
    if (response.statusCode === 200) return resolve(socket);
    socket.destroy();
    rejectTunnel(response);
  });
  asked.on("response", (response) => {
    response.destroy();
    rejectTunnel(response);
  });
  asked.end();
  return promise;
}

async function proxyOptions({ tls }: Pick<ExactRequest, "tls">, proxy: URL) {
  if (proxy.protocol !== "http:" && proxy.protocol !== "https:") {
    throw Object.assign(new Error(proxy.protocol), { code: "UnsupportedProxyProtocol" });
  }
  const { rejectUnauthorized = true, ca } = tls ?? {};
  return defined({ host: bare(proxy.hostname), port: portOf(proxy), rejectUnauthorized, ca });
}

/** Returns the TLS options for a server: how to check its certificate, and for which name. */
export function secureOptions({ url, tls }: Pick<ExactRequest, "url" | "tls">) {
  const { rejectUnauthorized = true, ca, serverName } = tls ?? {};
  const name = serverName ?? (isAddress(url.hostname) ? undefined : url.hostname.replace(/\.$/, ""));
  return defined({ rejectUnauthorized, ca, servername: name });
}

/** Groups headers by name; a repeated header becomes a list. Sets the length, so that only a stream is sent in chunks. */
function headersOf({ method, url, headers, body, upload }: ExactRequest): Record<string, string | string[]> {
  const grouped = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headers) {
    const known = grouped.get(name.toLowerCase());
    if (known === undefined) grouped.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  const entries = [...grouped.values()].map(({ name, values }) => [name, values.length === 1 ? values[0] : values]);
  const length =
    upload !== undefined ? undefined : (body?.byteLength ?? (/^(?:POST|PUT|PATCH)$/.test(method) ? 0 : undefined));
  return {
    Host: url.host,
    ...Object.fromEntries(entries),
    ...defined({ "Content-Length": length?.toString() }),
  };
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^[\d.]+$/.test(hostname);
}
