import { HttpFailure, type HttpRequest, type HttpResponse } from "../domain/http.ts";
import { observeBody } from "../lib/observe-body.ts";
import { collectBody } from "./body-reader.ts";
import { describeRequest } from "./describe-request.ts";
import { fetchExactly, needsExactPath, type ReceivedResponse } from "./exact-path.ts";
import { explainFailure } from "./explain-failure.ts";
import { openBody } from "./read-body.ts";
import type { ReadingPace } from "./reading-pace.ts";
import { type ReceivedBody, receiveBody } from "./receive-body.ts";
import { outgoingBody, plainBytes } from "./request-body.ts";
import { requestTarget } from "./request-target.ts";
import { peerOf, portOf, type Route } from "./route.ts";

/** The pool of connections. It is created for the first request. */
export interface Connections {
  session: Bun.FetchSession | undefined;
}

/** What an attempt needs besides the request and its route. */
export interface AttemptOptions {
  connections: Connections;
  /** Default for the largest response body of a request, bytes. */
  maxResponseBytes: number;
  /** Paces the bodies of tasks. @default they are read as fast as they arrive */
  pace: ReadingPace | undefined;
}

/**
 * Sends a request on one route and reads the response.
 * @throws {HttpFailure} if there is no response, or its body can't be read
 */
export async function attempt(
  request: HttpRequest,
  route: Route,
  options: AttemptOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  if (request.progress !== undefined) {
    const host = route.proxy?.hostname ?? route.address ?? route.url.hostname;
    request.progress.peer = { host, port: Number(portOf(route.proxy ?? route.url)) };
  }
  if (request.socket !== undefined) {
    // Loaded when a task opens a WebSocket, because every command would wait for it.
    const { openSocket } = await import("./websocket/open-socket.ts");
    return openSocket(request, request.socket, route, signal);
  }
  const name = () => describeRequest(request);
  const started = performance.now();
  try {
    const response = await exchange(request, route, options.connections, signal);
    const responded = performance.now();
    if (response.status < 200) {
      const message = `${name()}: the response's status ${response.status} is not valid (${peerOf(route)})`;
      throw new HttpFailure("network", message, { code: "EPROTO" });
    }
    const timing = { waitMs: responded - started, receiveMs: 0 };
    const arrived = () => {
      timing.receiveMs = performance.now() - responded;
    };
    const received = await bodyOf(response, request, options);
    arrived();
    const { stream } = received;
    if (stream !== undefined) {
      const explain = (error: unknown) => explainFailure(error, name(), peerOf(route));
      received.stream = observeBody(stream, { explain, ended: arrived });
    }
    return {
      status: response.status,
      statusText: response.statusText,
      url: withoutFragment(route.url),
      redirected: false,
      headers: [...response.headers],
      ...received,
      timing,
    };
  } catch (error) {
    throw explainFailure(error, name(), peerOf(route));
  }
}

/** Reads the body to its end, or as far as it has arrived if the caller reads the rest. */
async function bodyOf(
  response: ReceivedResponse,
  request: HttpRequest,
  { maxResponseBytes, pace }: AttemptOptions,
): Promise<ReceivedBody> {
  const nothing = request.method === "HEAD" || response.status === 204 || response.status === 304;
  const limit = request.maxResponseBytes ?? maxResponseBytes;
  const paced = request.owner && pace?.body(request.owner.taskUuid, hasKnownSize(response.headers));
  const name = () => describeRequest(request);
  const opened = nothing ? undefined : await openBody(response, { limit, name, pace: paced });
  if (opened === undefined) return { body: new Uint8Array(0) };
  const { reader, expected } = opened;
  const { reserve, streams } = request;
  return streams === true
    ? receiveBody(reader, reserve)
    : { body: await collectBody(reader, { limit, expected, reserve }) };
}

/** Returns true if the sender has said how long the decoded body is. */
function hasKnownSize(headers: Headers): boolean {
  return headers.has("content-length") && !headers.has("content-encoding");
}

async function exchange(
  request: HttpRequest,
  route: Route,
  connections: Connections,
  signal: AbortSignal,
): Promise<ReceivedResponse> {
  const { url, headers, tls, address, proxy } = route;
  const { method } = request;
  if (needsExactPath(url)) {
    const { upload } = request;
    return fetchExactly({ ...route, method, body: request.body && plainBytes(request.body), upload, signal });
  }
  const outgoing = outgoingBody(request);
  connections.session ??= new Bun.FetchSession({ proxy: false });
  const init: Parameters<Bun.FetchSession["fetch"]>[1] = {
    method,
    headers: outgoing.headers.length === 0 ? headers : [...headers, ...outgoing.headers],
    body: outgoing.body,
    proxy: proxy === undefined ? false : { url: proxy.href, respectNoProxy: false },
    redirect: "manual",
    decompress: false,
    timeout: false,
    signal,
  };
  if (tls !== undefined) init.tls = tls;
  return connections.session.fetch(address === undefined ? url.href : atAddress(url, address), init);
}

function atAddress(url: URL, address: string): string {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}${requestTarget(url)}`;
}

function withoutFragment(url: URL): string {
  if (!url.href.includes("#")) return url.href;
  const plain = new URL(url);
  plain.hash = "";
  return plain.href;
}
