import { HttpFailure, type HttpRequest, type HttpSend } from "../../domain/http.ts";
import { type HttpExchange, recordHttp } from "../../http/record-http.ts";
import { defined } from "../../lib/defined.ts";
import { diffJson } from "../../lib/json-diff.ts";
import type { ExecuteResult } from "../execute.ts";
import { compareRequests } from "./compare-requests.ts";
import { maskExchange } from "./mask-exchange.ts";
import { maskJsonText } from "./mask-json-text.ts";
import { createMasker } from "./masker.ts";
import { placeholdersIn } from "./placeholder.ts";
import { errorOf, type RecordedOutcome, type Recording, type ReplayReference } from "./recorded-session.ts";
import { createTextComparison } from "./same-text.ts";

/** How a replay compares with its recording. */
export interface ReplayComparison {
  equal: boolean;
  /** One per line: `output /sum: expected 15, got 16`. "expected" is the recorded value. */
  differences: string[];
}

/** One replay: pass `http` and the recording's input, journal, limits, secrets and ids to `execute`, then compare. */
export interface Replay {
  http: HttpSend;
  /** How the replay ended, in its masked form. */
  observe(result: ExecuteResult): ReplayReference;
  compare(result: ExecuteResult): ReplayComparison;
}

/**
 * Prepares a replay.
 *
 * Offline, a request gets the response of the first unused recorded request with the same method, URL and body. A
 * request without a counterpart fails and reports the differences from the most similar one. Everything is compared in
 * masked form: the task works with placeholders instead of secrets.
 *
 * A recording with a reference contains how a replay of the unchanged task ended. Replays are then compared with this.
 *
 * With `live`, requests are sent through it, and only the outcome is compared.
 */
export function createReplay(recording: Recording, live?: HttpSend): Replay {
  const inputJson = JSON.stringify(recording.input);
  const secrets = Object.values(recording.environment.secrets);
  const answers = live === undefined ? recording.exchanges.flatMap(responseTexts) : [];
  const given = new Set(
    [inputJson, ...secrets, ...answers].flatMap((text) => placeholdersIn(text).map((mark) => mark.text)),
  );
  const masker = createMasker({}, [inputJson, ...secrets, ...recording.exchanges.flatMap(allTexts)]);
  const texts = createTextComparison(given, masker.text);
  const unused = new Set(recording.exchanges.keys());
  const liveExchanges: HttpExchange[] = [];
  const strays: string[] = [];

  const fromRecording: HttpSend = async (request, signal) => {
    if (signal.aborted) throw new HttpFailure("aborted", `${request.method} ${request.url} was aborted`);
    const exchange = take(maskExchange(asExchange(request), masker).request);
    const { result } = exchange;
    if (result === undefined) throw new HttpFailure("aborted", "the recorded request got no response");
    if ("response" in result) return { ...result.response, body: result.response.body.slice() };
    if (result.failure.kind === "aborted") await aborted(signal);
    const { kind, message, code } = result.failure;
    throw new HttpFailure(kind, message, { code });
  };

  function take(request: HttpRequest): HttpExchange {
    let nearest: { index: number; differences: string[] } | undefined;
    for (const index of unused) {
      const exchange = recording.exchanges[index];
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
        ? `all ${recording.exchanges.length} recorded requests have already been used`
        : `the most similar one, request ${nearest.index}, differs: ${nearest.differences.slice(0, 5).join("; ")}`;
    const message = `${request.method} ${request.url} has no counterpart in the recording: ${why}`;
    strays.push(message);
    throw new HttpFailure("refused", message);
  }

  return {
    http:
      live === undefined
        ? fromRecording
        : recordHttp(live, {
            started: (exchange) => {
              liveExchanges.push(exchange);
            },
            ended: () => undefined,
          }),
    observe,
    compare: (result) => {
      for (const exchange of liveExchanges) maskExchange(exchange, masker);
      const actual = observe(result);
      // A live replay gets real values like the recorded run. Without a reference, placeholders change nothing.
      const reference = live === undefined ? recording.reference : undefined;
      const differences = compareOutcomes(reference?.outcome ?? recording.outcome, actual.outcome, sameAndKept);
      differences.push(...compareLines(reference?.requests ?? [], actual.requests));
      return { equal: differences.length === 0, differences };
    },
  };

  function sameAndKept(recorded: string, actual: string): boolean {
    const equal = texts.same(recorded, actual);
    if (equal) texts.keep();
    else texts.drop();
    return equal;
  }

  function observe(result: ExecuteResult): ReplayReference {
    const outcome = maskedOutcome(result, (text) => maskJsonText(text, masker));
    const requests = [...strays];
    if (live !== undefined) return { outcome, requests };
    for (const index of unused) {
      const request = recording.exchanges[index]?.request;
      requests.push(`request ${index}, ${request?.method} ${request?.url}, was recorded but not sent`);
    }
    return { outcome, requests };
  }
}

/** Lists request differences that are new, and expected ones that are missing. */
function compareLines(expected: readonly string[], actual: readonly string[]): string[] {
  const missing = expected.filter((line) => !actual.includes(line)).map((line) => `no longer: ${line}`);
  return [...actual.filter((line) => !expected.includes(line)), ...missing];
}

function maskedOutcome(result: ExecuteResult, mask: (json: string) => string): RecordedOutcome {
  if (result.status === "completed") return { status: "completed", output: JSON.parse(mask(result.outputJson)) };
  return { status: "failed", error: JSON.parse(mask(JSON.stringify(errorOf(result.error)))) };
}

function compareOutcomes(
  recorded: RecordedOutcome,
  actual: RecordedOutcome,
  same: (a: string, b: string) => boolean,
): string[] {
  if (recorded.status === "completed" && actual.status === "completed") {
    return diffJson(recorded.output, actual.output, same).map((line) => `output ${line}`);
  }
  if (recorded.status === "failed" && actual.status === "failed") {
    return diffJson(comparable(recorded.error), comparable(actual.error), same).map((line) => `error ${line}`);
  }
  const describe = (outcome: RecordedOutcome) =>
    outcome.status === "completed" ? "an output" : `the error ${outcome.error.code}: ${outcome.error.message}`;
  return [`outcome: expected ${describe(recorded)}, got ${describe(actual)}`];
}

/** Returns the part of an error that a replay must reproduce. Stacks and causes may change with the task's layout. */
function comparable({ code, message, guest }: Extract<RecordedOutcome, { status: "failed" }>["error"]): unknown {
  if (guest === undefined) return { code, message };
  return defined({ code, name: guest.name, message: guest.message, status: guest.status });
}

/** Weighs differences: a different URL or method counts more than a different body. */
function weight(differences: readonly string[]): number {
  return differences.reduce((sum, line) => sum + (line.startsWith("body") ? 1 : 1000), 0);
}

function asExchange(request: HttpRequest): HttpExchange {
  return { request, startedAt: 0, durationMs: undefined, result: undefined };
}

function responseTexts({ result }: HttpExchange): string[] {
  if (result === undefined || !("response" in result)) return [];
  const { url, headers, body } = result.response;
  return [url, ...headers.map(([, value]) => value), Buffer.from(body).toString("latin1")];
}

function allTexts(exchange: HttpExchange): string[] {
  const { url, headers, body } = exchange.request;
  const sent = [url, ...headers.map(([, value]) => value), body === null ? "" : Buffer.from(body).toString("latin1")];
  return [...sent, ...responseTexts(exchange)];
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
