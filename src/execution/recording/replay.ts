import type { HttpSend } from "../../domain/http.ts";
import { readText } from "../../domain/shared-text.ts";
import type { HttpExchange, RecordedResponse } from "../../http/record-http.ts";
import { defined } from "../../lib/defined.ts";
import { diffJson } from "../../lib/json-diff.ts";
import type { ExecuteResult } from "../execute.ts";
import { maskExchange } from "./mask-exchange.ts";
import { maskJsonText } from "./mask-json-text.ts";
import { createMasker } from "./masker.ts";
import { placeholdersIn } from "./placeholder.ts";
import { errorOf, type RecordedOutcome, type Recording, type ReplayReference } from "./recorded-session.ts";
import { liveNetwork, recordedNetwork } from "./replayed-network.ts";
import { createTextComparison, type TextComparison } from "./same-text.ts";

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
  const responses = live === undefined ? recording.exchanges.flatMap(responseTexts) : [];
  const given = new Set(
    [inputJson, ...secrets, ...responses].flatMap((text) => placeholdersIn(text).map((mark) => mark.text)),
  );
  const masker = createMasker([], [inputJson, ...secrets, ...recording.exchanges.flatMap(allTexts)]);
  const texts = createTextComparison(given, masker.text);
  const liveExchanges: HttpExchange[] = [];
  const network =
    live === undefined
      ? recordedNetwork({ exchanges: recording.exchanges, masker, texts })
      : liveNetwork(live, liveExchanges);
  const observe = (result: ExecuteResult): ReplayReference => ({
    outcome: maskedOutcome(result, (text) => maskJsonText(text, masker)),
    requests: network.differences(),
  });
  return {
    http: network.send,
    observe,
    compare: (result) => {
      for (const exchange of liveExchanges) maskExchange(exchange, masker);
      const actual = observe(result);
      // A live replay gets real values like the recorded run. Without a reference, placeholders change nothing.
      const reference = live === undefined ? recording.reference : undefined;
      const differences = compareOutcomes(reference?.outcome ?? recording.outcome, actual.outcome, texts);
      differences.push(...compareLines(reference?.requests ?? [], actual.requests));
      return { equal: differences.length === 0, differences };
    },
  };
}

/** Lists request differences that are new, and expected ones that are missing. */
function compareLines(expected: readonly string[], actual: readonly string[]): string[] {
  const missing = expected.filter((line) => !actual.includes(line)).map((line) => `no longer: ${line}`);
  return [...actual.filter((line) => !expected.includes(line)), ...missing];
}

function maskedOutcome(result: ExecuteResult, mask: (json: string) => string): RecordedOutcome {
  if (result.status === "completed")
    return { status: "completed", output: JSON.parse(mask(readText(result.outputJson))) };
  return { status: "failed", error: JSON.parse(mask(JSON.stringify(errorOf(result.error)))) };
}

function compareOutcomes(recorded: RecordedOutcome, actual: RecordedOutcome, texts: TextComparison): string[] {
  const same = (a: string, b: string) => {
    const equal = texts.same(a, b);
    if (equal) texts.keep();
    else texts.drop();
    return equal;
  };
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

function responseTexts({ result }: HttpExchange): string[] {
  if (result === undefined || !("response" in result)) return [];
  const { url, headers, body } = result.response;
  const texts = [url, ...headers.map(([, value]) => value), Buffer.from(body).toString("latin1")];
  return [...texts, ...messageTexts(result, "server")];
}

/** Lists the messages of one side of a WebSocket. */
function messageTexts({ socket }: RecordedResponse, side: "task" | "server"): string[] {
  return (socket?.frames ?? []).flatMap(({ from, message }) =>
    from !== side || message === undefined ? [] : [Buffer.from(message as string).toString("latin1")],
  );
}

function allTexts(exchange: HttpExchange): string[] {
  const { url, headers, body } = exchange.request;
  const sent = [url, ...headers.map(([, value]) => value), body === null ? "" : Buffer.from(body).toString("latin1")];
  const { result } = exchange;
  const messages = result !== undefined && "response" in result ? messageTexts(result, "task") : [];
  return [...sent, ...messages, ...responseTexts(exchange)];
}
