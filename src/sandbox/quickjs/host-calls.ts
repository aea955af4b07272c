import type { LogLevel } from "../../domain/execution.ts";
import { DELIVERY, LOG_LEVELS, OPERATION } from "../host-operations.ts";
import type { Deliveries } from "./deliveries.ts";
import type { EngineRequest, ExecutionPort } from "./engine-request.ts";
import type { GuestFetches } from "./guest-fetches.ts";
import type { Nondeterminism } from "./journal-keeper.ts";
import type { Machine } from "./machine.ts";
import { limitStop } from "./stop.ts";
import type { GuestSubtle } from "./subtle.ts";
import { changeUrl, parseUrl } from "./url-parts.ts";
import {
  newBytes,
  newString,
  newStringFromUtf8,
  readBytes,
  readNumber,
  readString,
  readUtf8,
  throwInGuest,
} from "./values.ts";

/** What the host calls of one execution work on. */
export interface HostCallContext {
  machine: Machine;
  request: EngineRequest;
  port: ExecutionPort;
  source: Nondeterminism;
  deliveries: Deliveries;
  fetches: GuestFetches;
  subtle: GuestSubtle;
  /** True while the program's own top level runs. */
  loading: () => boolean;
  settle: (ok: boolean, json: string) => void;
  /** Suspends the guest until the promise is there; the execution may end it first. */
  suspend: (answer: Promise<string>) => Promise<string>;
}

const MAX_RANDOM = 65_536;
/** Operations that need an execution: while a program is loaded there is none. */
const NEEDS_EXECUTION: readonly number[] = [
  OPERATION.fetch,
  OPERATION.setTimer,
  OPERATION.subtle,
  OPERATION.random,
  OPERATION.progress,
];
const NAMES = Object.fromEntries(Object.entries(OPERATION).map(([name, operation]) => [operation, name]));

/** Answers the calls of a guest: the whole of what it can do beside computing. */
export function hostCalls(
  context: HostCallContext,
): (operation: number, boxes: readonly number[]) => number | Promise<number> {
  const { machine, request, port, source, deliveries, fetches, subtle } = context;
  const { limits } = request;
  let logBytes = 0;
  const nothing = () => machine.exports.qjs_get_undefined();
  const text = (box: number | undefined) => readString(machine, box)?.text ?? "";
  const orNothing = (value: string | undefined) => (value === undefined ? nothing() : newString(machine, value));

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
        const json = readString(machine, second, limits.outputBytes);
        if (json !== undefined && json.bytes > limits.outputBytes && ok) {
          throw limitStop("OUTPUT_LIMIT", "the output", limits.outputBytes, "bytes", json.bytes);
        }
        context.settle(ok, json?.text ?? "");
        return nothing();
      }
      case OPERATION.log: {
        const level: LogLevel = LOG_LEVELS[readNumber(machine, first)] ?? "info";
        const message = readString(machine, second, limits.logBytes - logBytes);
        logBytes += message?.bytes ?? 0;
        if (logBytes > limits.logBytes) throw limitStop("LOG_LIMIT", "the console output", limits.logBytes, "bytes");
        port.log({ level, message: message?.text ?? "", time: Date.now() });
        return nothing();
      }
      case OPERATION.progress: {
        const json = readString(machine, first, limits.outputBytes);
        if (json !== undefined && json.bytes <= limits.outputBytes) port.progress(json.text);
        return nothing();
      }
      case OPERATION.setTimer:
        deliveries.setTimer(readNumber(machine, first), readNumber(machine, second));
        return nothing();
      case OPERATION.clearTimer:
        deliveries.clearTimer(readNumber(machine, first));
        return nothing();
      case OPERATION.fetch: {
        const body =
          readBytes(machine, third) ?? readUtf8(machine, third, Number.POSITIVE_INFINITY, (utf8) => utf8.slice());
        return orNothing(
          fetches.send(readNumber(machine, first), text(second), body instanceof Uint8Array ? body : null),
        );
      }
      case OPERATION.awaitFetch: {
        const report = fetches.report(readNumber(machine, first));
        if (typeof report === "string") return newString(machine, report);
        return context.suspend(report).then((answer) => newString(machine, answer));
      }
      case OPERATION.fetchText:
        return newStringFromUtf8(machine, decodable(fetches.body(readNumber(machine, first))));
      case OPERATION.fetchBytes:
        return newBytes(machine, fetches.body(readNumber(machine, first)));
      case OPERATION.abortFetch:
        fetches.abort(readNumber(machine, first));
        return nothing();
      case OPERATION.parseUrl:
        return orNothing(parseUrl(text(first), readString(machine, second)?.text));
      case OPERATION.changeUrl:
        return orNothing(changeUrl(text(first), text(second), text(third)));
      case OPERATION.encodeText: {
        const bytes = readUtf8(machine, first, Number.POSITIVE_INFINITY, (utf8) => utf8.slice());
        return newBytes(machine, bytes instanceof Uint8Array ? bytes : new Uint8Array(0));
      }
      case OPERATION.decodeText:
        return orNothing(
          decode(readBytes(machine, first) ?? new Uint8Array(0), text(second), readNumber(machine, third)),
        );
      case OPERATION.encodingName:
        return orNothing(encodingName(text(first)));
      case OPERATION.random: {
        const bytes = new Uint8Array(Math.min(Math.max(readNumber(machine, first) || 0, 0), MAX_RANDOM));
        source.fillRandom(bytes);
        return newBytes(machine, bytes);
      }
      case OPERATION.subtle: {
        const index = readNumber(machine, first);
        const buffers = [third, ...rest].map((box) => readBytes(machine, box) ?? new Uint8Array(0));
        void subtle.call(text(second), buffers).then(({ json, bytes }) => {
          deliveries.push({ kind: DELIVERY.subtle, index, text: json, ...(bytes === undefined ? {} : { bytes }) });
        });
        return nothing();
      }
      default:
        return throwInGuest(machine, `there is no host operation ${operation}`);
    }
  };
}

/** Text of a response as the standard reads it: UTF-8 without its byte order mark, malformed bytes replaced. */
function decodable(bytes: Uint8Array): Uint8Array {
  const ascii = !bytes.some((byte) => byte >= 0x80);
  return ascii ? bytes : new TextEncoder().encode(new TextDecoder().decode(bytes));
}

function decode(bytes: Uint8Array, encoding: string, flags: number): string | undefined {
  try {
    return new TextDecoder(encoding as "utf-8", { fatal: (flags & 1) !== 0, ignoreBOM: (flags & 2) !== 0 }).decode(
      bytes,
    );
  } catch {
    return undefined;
  }
}

function encodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label as "utf-8").encoding;
  } catch {
    return undefined;
  }
}
