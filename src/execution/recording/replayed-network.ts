import {
  type HttpBodyReader,
  HttpFailure,
  type HttpRequest,
  type HttpResponse,
  type HttpSend,
} from "../../domain/http.ts";
import { type HttpExchange, type RecordedFailure, type RecordedResponse, recordHttp } from "../../http/record-http.ts";
import type { RecordedSocket } from "../../http/websocket/record-socket.ts";
import { wholeRequest } from "../../http/whole-request.ts";
import { compareMessages, compareRequests } from "./compare-requests.ts";
import { maskExchange, maskMessage } from "./mask-exchange.ts";
import type { Masker } from "./masker.ts";
import { ReplayedSocket } from "./replayed-socket.ts";
import type { TextComparison } from "./same-text.ts";

/** The network of a replay. */
export interface ReplayedNetwork {
  send: HttpSend;
  /** How the requests differ from the recorded ones, one per line. */
  differences(): string[];
}

/** Recorded exchanges that respond to the requests of a replay. */
export interface RecordedNetworkOptions {
  exchanges: readonly HttpExchange[];
  masker: Masker;
  texts: TextComparison;
}

interface RecordedNetwork extends RecordedNetworkOptions {
  /** Indexes of the exchanges that no request has used yet. */
  readonly unused: Set<number>;
  /** Messages about the requests without a counterpart. */
  readonly strays: string[];
  readonly sockets: { url: string; socket: ReplayedSocket }[];
}

/** The real network. Its exchanges are added to `seen`, and are not compared. */
export function liveNetwork(live: HttpSend, seen: HttpExchange[]): ReplayedNetwork {
  const observer = {
    started: (exchange: HttpExchange) => {
      seen.push(exchange);
    },
    ended: () => undefined,
  };
  return { send: recordHttp(live, observer), differences: () => [] };
}

/** A network that consists of recorded exchanges, and of nothing else. */
export function recordedNetwork(options: RecordedNetworkOptions): ReplayedNetwork {
  const network: RecordedNetwork = { ...options, unused: new Set(options.exchanges.keys()), strays: [], sockets: [] };
  return {
    send: (request, signal) => respond(network, request, signal),
    differences: () => {
      const unsent = [...network.unused].map((index) => {
        const request = network.exchanges[index]?.request;
        return `request ${index}, ${request?.method} ${request?.url}, was recorded but not sent`;
      });
      const unsaid = network.sockets.flatMap(({ url, socket: { missing } }) =>
        missing === 0 ? [] : [`WebSocket ${url}: ${missing} of the recorded messages were not sent`],
      );
      return [...network.strays, ...unsent, ...unsaid];
    },
  };
}

async function respond(network: RecordedNetwork, sent: HttpRequest, signal: AbortSignal): ReturnType<HttpSend> {
  const request = await wholeRequest(sent);
  if (signal.aborted) throw new HttpFailure("aborted", `${request.method} ${request.url} was aborted`);
  const { result } = takeCounterpart(network, maskExchange(asExchange(request), network.masker).request);
  if (result === undefined) throw new HttpFailure("aborted", "the recorded request got no response");
  if ("response" in result) {
    return result.socket === undefined
      ? recordedResponse(result, signal)
      : recordedSocket(network, result, result.socket);
  }
  if (result.failure.kind === "aborted") await aborted(signal);
  throw failureOf(result.failure);
}

function failureOf({ kind, message, ...facts }: RecordedFailure): HttpFailure {
  return new HttpFailure(kind, message, facts);
}

/** A WebSocket through which the same goes. */
function recordedSocket(
  network: RecordedNetwork,
  { response }: RecordedResponse,
  recorded: RecordedSocket,
): HttpResponse {
  const { masker, texts, strays } = network;
  const header = (wanted: string) => response.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
  const socket = new ReplayedSocket({
    recorded,
    protocol: header("sec-websocket-protocol"),
    extensions: header("sec-websocket-extensions"),
    differs: (line) => strays.push(`WebSocket ${response.url}: ${line}`),
    compare: (before, now) => {
      const differences = compareMessages(before, maskMessage(now, masker), texts);
      if (differences.length === 0) texts.keep();
      else texts.drop();
      return differences;
    },
  });
  network.sockets.push({ url: response.url, socket });
  return { ...response, socket };
}

/** A body that was read as it arrived arrives in the same pieces, and breaks off where it did. */
function recordedResponse({ response, pieces, brokenBy }: RecordedResponse, signal: AbortSignal): HttpResponse {
  if (pieces === undefined) return { ...response, body: response.body.slice() };
  const sizes = [...pieces];
  let at = 0;
  const stream: HttpBodyReader = {
    async read() {
      const size = sizes.shift();
      if (size !== undefined) {
        at += size;
        return response.body.slice(at - size, at);
      }
      if (brokenBy === undefined) return undefined;
      if (brokenBy.kind === "aborted") await aborted(signal);
      throw failureOf(brokenBy);
    },
    cancel: () => {
      sizes.length = 0;
    },
  };
  return { ...response, body: new Uint8Array(0), stream };
}

/** Takes the first unused exchange with the same request. */
function takeCounterpart({ exchanges, texts, unused, strays }: RecordedNetwork, request: HttpRequest): HttpExchange {
  let nearest: { index: number; differences: string[] } | undefined;
  for (const index of unused) {
    const exchange = exchanges[index];
    if (exchange === undefined) continue;
    const differences = compareRequests(exchange.request, request, texts);
    if (differences.length === 0) {
      texts.keep();
      unused.delete(index);
      return exchange;
    }
    texts.drop();
    if (nearest === undefined || weight(differences) < weight(nearest.differences)) nearest = { index, differences };
  }
  const why =
    nearest === undefined
      ? `all ${exchanges.length} recorded requests have already been used`
      : `the most similar one, request ${nearest.index}, differs: ${nearest.differences.slice(0, 5).join("; ")}`;
  const message = `${request.method} ${request.url} has no counterpart in the recording: ${why}`;
  strays.push(message);
  throw new HttpFailure("refused", message);
}

/** Weighs differences: a different URL or method counts more than a different body. */
function weight(differences: readonly string[]): number {
  return differences.reduce((sum, line) => sum + (line.startsWith("body") ? 1 : 1000), 0);
}

function asExchange(request: HttpRequest): HttpExchange {
  return { request, startedAt: 0, durationMs: undefined, result: undefined };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
