import { isUtf8 } from "node:buffer";
import type { LogLevel } from "../../../domain/execution.ts";
import type { EngineRequest, ExecutionPort } from "../../engine/engine-request.ts";
import { limitStop } from "../../engine/stop.ts";
import { LOG_LEVELS, OPERATION } from "../../host-operations.ts";
import type { Machine } from "../machine/machine.ts";
import {
  newBytes,
  newString,
  newUtf8Bytes,
  readBytes,
  readNumber,
  readString,
  readUtf8,
  throwInGuest,
} from "../machine/values.ts";
import type { GuestSubtle } from "./cryptography/subtle.ts";
import type { Deliveries } from "./deliveries.ts";
import type { GuestFetches } from "./guest-fetches.ts";
import type { Nondeterminism } from "./journal-keeper.ts";
import type { FrameReader } from "./task-frames.ts";
import { bomLength, newBodyString, newDecodedString } from "./text-decoding.ts";
import { changeUrl, parseUrl } from "./url-parts.ts";

/** What the host calls of one execution work on. */
export interface HostCallContext {
  machine: Machine;
  request: EngineRequest;
  port: ExecutionPort;
  source: Nondeterminism;
  deliveries: Deliveries;
  fetches: GuestFetches;
  subtle: GuestSubtle;
  frames: FrameReader;
  /** True while the program's own top level runs. */
  loading: () => boolean;
  /** The program did something while loading that every execution of it has to do. */
  loadWasSeen: () => void;
  settle: (ok: boolean, json: string) => void;
  /** Suspends the guest until the promise is there; the execution may end it first. */
  suspend: <T>(answer: Promise<T>) => Promise<T>;
}

const MAX_RANDOM = 65_536;
/** A longer text is no URL here, bytes: the host would need many times as much to take it apart. */
const MAX_URL = 128 * 1024;
/** Every line of output costs so many bytes of the limit beside its own: empty ones are work for the host as well. */
const LINE_COST = 16;
/** Description of a failure, bytes: the guest cuts each of its texts at 64 kB. */
const MAX_FAILURE = 4 * 1024 * 1024;
const MAX_LABEL = 256;
/** A trace of the engine, bytes: it has 64 frames at most, but their names may be of any length. */
const MAX_TRACE = 256 * 1024;
/** Timers at a time: each takes memory of the host as well. */
const MAX_TIMERS = 50_000;
/** JSON of a WebCrypto call, bytes: a JSON Web Key has its place in it; data travels beside it. */
const MAX_SUBTLE_CALL = 128 * 1024;
/** Operations that need an execution: while a program is loaded there is none. */
const NEEDS_EXECUTION: readonly number[] = [
  OPERATION.fetch,
  OPERATION.unsentFetch,
  OPERATION.setTimer,
  OPERATION.subtle,
  OPERATION.random,
  OPERATION.progress,
];
/** Names for messages. */
const NAMES: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(OPERATION).map(([name, operation]) => [operation, name])),
  [OPERATION.unsentFetch]: "fetch",
};

/** Answers the calls of a guest: the whole of what it can do beside computing. */
export function hostCalls(
  context: HostCallContext,
): (operation: number, boxes: readonly number[]) => number | Promise<number> {
  const { machine, request, port, source, deliveries, fetches, subtle } = context;
  const { limits } = request;
  let logBytes = 0;
  const nothing = () => machine.exports.qjs_get_undefined();
  const text = (box: number | undefined, maxBytes: number) => readString(machine, box, maxBytes)?.text ?? "";
  const orNothing = (value: string | undefined) => (value === undefined ? nothing() : newString(machine, value));

  /** A guest that writes faster than its lines are taken waits. */
  const taken = (pending: void | Promise<void>) =>
    pending === undefined ? nothing() : context.suspend(pending).then(nothing);

  /** Copies a body into the guest, and lets go of it when the guest will not ask again; undefined when it is gone. */
  const readBody = (index: number, copy: (body: Uint8Array) => { box: number; spent: boolean }) => {
    const body = fetches.body(index);
    if (body === undefined) return nothing();
    const { box, spent } = copy(body);
    if (spent) fetches.dropBody(index);
    return box;
  };

  /** A text of the console or of a progress report, counted against the limit that they share. */
  const takeLine = (box: number | undefined) => {
    const line = readString(machine, box, Math.max(limits.logBytes - logBytes, 0));
    logBytes += (line?.bytes ?? 0) + LINE_COST;
    if (logBytes > limits.logBytes) throw limitStop("LOG_LIMIT", "the console output", limits.logBytes, "bytes");
    return line?.text ?? "";
  };

  return (operation, [first, second, third, ...rest]) => {
    if (context.loading() && NEEDS_EXECUTION.includes(operation)) {
      return throwInGuest(
        machine,
        `${NAMES[operation]} can't be used while the program loads: call it inside the task's function`,
      );
    }
    switch (operation) {
      case OPERATION.settle: {
        const ok = readNumber(machine, first) === 1;
        const json = readString(machine, second, ok ? limits.outputBytes : MAX_FAILURE);
        if (json !== undefined && json.bytes > limits.outputBytes && ok) {
          throw limitStop("OUTPUT_LIMIT", "the output", limits.outputBytes, "bytes", json.bytes);
        }
        context.settle(ok, json?.text ?? "");
        return nothing();
      }
      case OPERATION.log: {
        const level: LogLevel = LOG_LEVELS[readNumber(machine, first)] ?? "info";
        if (context.loading()) context.loadWasSeen();
        return taken(port.log({ level, message: takeLine(second), time: Date.now() }));
      }
      case OPERATION.progress: {
        return taken(port.progress(takeLine(first)));
      }
      case OPERATION.setTimer:
        if (deliveries.timersKept >= MAX_TIMERS)
          return throwInGuest(machine, `a task can set ${MAX_TIMERS} timers at a time`);
        deliveries.setTimer(readNumber(machine, first), readNumber(machine, second));
        return nothing();
      case OPERATION.clearTimer:
        deliveries.clearTimer(readNumber(machine, first));
        return nothing();
      case OPERATION.fetch: {
        const body = (maxBytes: number) =>
          readBytes(machine, third, maxBytes) ?? readUtf8(machine, third, maxBytes, (utf8) => utf8.slice());
        return orNothing(fetches.send(readNumber(machine, first), text(second, MAX_URL), body));
      }
      case OPERATION.unsentFetch:
        fetches.unsent = true;
        return nothing();
      case OPERATION.awaitFetch: {
        const report = fetches.report(readNumber(machine, first));
        if (typeof report === "string") return newString(machine, report);
        return context.suspend(report).then((answer) => newString(machine, answer));
      }
      case OPERATION.fetchText:
        return readBody(readNumber(machine, first), (body) => ({
          box: newBodyString(machine, body),
          // A text that says all that the bytes said takes their place.
          spent: isUtf8(body) && bomLength(body) === 0,
        }));
      case OPERATION.fetchBytes:
        return readBody(readNumber(machine, first), (body) => ({
          box: newBytes(machine, body),
          spent: readNumber(machine, second) === 1,
        }));
      case OPERATION.abortFetch:
        fetches.abort(readNumber(machine, first));
        return nothing();
      case OPERATION.parseUrl:
        return orNothing(parseUrl(text(first, MAX_URL), readString(machine, second, MAX_URL)?.text));
      case OPERATION.changeUrl:
        return orNothing(changeUrl(text(first, MAX_URL), text(second, MAX_LABEL), text(third, MAX_URL)));
      case OPERATION.encodeText:
        return newUtf8Bytes(machine, first);
      case OPERATION.decodeText: {
        const flags = readNumber(machine, third);
        const decoding = {
          encoding: text(second, MAX_LABEL),
          fatal: (flags & 1) !== 0,
          keepBom: (flags & 2) !== 0,
          partial: (flags & 4) !== 0,
        };
        return newDecodedString(machine, first, decoding) ?? nothing();
      }
      case OPERATION.encodingName:
        return orNothing(encodingName(text(first, MAX_LABEL)));
      case OPERATION.random: {
        const bytes = new Uint8Array(Math.min(Math.max(readNumber(machine, first) || 0, 0), MAX_RANDOM));
        source.fillRandom(bytes);
        return newBytes(machine, bytes);
      }
      case OPERATION.subtle: {
        const index = readNumber(machine, first);
        let { room } = subtle;
        const buffers = [third, ...rest].flatMap((box) => {
          const bytes = readBytes(machine, box, room);
          if (typeof bytes === "number") return [undefined];
          room -= bytes?.length ?? 0;
          return bytes === undefined ? [] : [bytes];
        });
        return orNothing(subtle.call(index, text(second, MAX_SUBTLE_CALL), buffers));
      }
      case OPERATION.taskFrames:
        return newString(machine, context.frames(text(first, MAX_TRACE)));
      default:
        return throwInGuest(machine, `there is no host operation ${operation}`);
    }
  };
}

function encodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label as "utf-8").encoding;
  } catch {
    return undefined;
  }
}
