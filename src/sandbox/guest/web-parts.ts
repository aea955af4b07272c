import { defineGlobal } from "./globals.ts";
import { defineLazyGlobals, usePart } from "./parts.ts";

const STREAMS = [
  ...["ReadableStream", "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "ReadableStreamDefaultController"],
  ...["ReadableByteStreamController", "ReadableStreamBYOBRequest", "WritableStream", "WritableStreamDefaultWriter"],
  ...["WritableStreamDefaultController", "TransformStream", "TransformStreamDefaultController"],
  ...["ByteLengthQueuingStrategy", "CountQueuingStrategy"],
  ...["TextDecoderStream", "TextEncoderStream", "CompressionStream", "DecompressionStream"],
];
const MESSAGES = [
  ...["CustomEvent", "ErrorEvent", "PromiseRejectionEvent", "MessageEvent", "CloseEvent"],
  ...["MessageChannel", "MessagePort", "structuredClone"],
];
const PERFORMANCE_METHODS = [
  ...["mark", "measure", "getEntries", "getEntriesByName", "getEntriesByType", "clearMarks", "clearMeasures"],
];
const PlainPromise = Promise;
const { defineProperty } = Object;

/** Defines the globals of the web platform that are loaded when they are first used, and the small ones. */
export function installWebParts(): void {
  defineGlobal("self", globalThis);
  defineLazyGlobals(STREAMS, "streams");
  defineLazyGlobals(["Blob", "File", "FormData", "Request"], "bodies");
  defineLazyGlobals(MESSAGES, "messages");
  defineLazyGlobals(["URLPattern"], "url-pattern");
  defineLazyGlobals(["WebSocket"], "websocket");
  defineLazyGlobals(["EventSource"], "event-source");
  defineLazyGlobals(["PerformanceEntry", "PerformanceMark", "PerformanceMeasure"], "performance");
  installPerformance();
  const navigator = {
    userAgent: "Ratchet",
    language: "en-US",
    languages: Object.freeze(["en-US"]),
    hardwareConcurrency: 1,
  };
  defineProperty(navigator, Symbol.toStringTag, { value: "Navigator", configurable: true });
  defineGlobal("navigator", Object.freeze(navigator));
  // Nothing else can listen for errors, so a reported error fails the task.
  defineGlobal("reportError", (error: unknown) => void PlainPromise.reject(error));
}

/** Replaces the engine's `performance`, which knows only `now`: its origin is the time at which the image was taken. */
function installPerformance(): void {
  const { now } = performance;
  const origin = { ms: undefined as number | undefined };
  const made = {
    now,
    get timeOrigin(): number {
      origin.ms ??= Date.now() - now();
      return origin.ms;
    },
    toJSON: () => ({ timeOrigin: made.timeOrigin }),
  };
  for (const name of PERFORMANCE_METHODS) {
    const value = (...given: unknown[]): unknown => {
      const { methods } = usePart("performance") as { methods: Record<string, (...given: unknown[]) => unknown> };
      return methods[name]?.(...given);
    };
    defineProperty(value, "name", { value: name, configurable: true });
    defineProperty(made, name, { value, writable: true, enumerable: true, configurable: true });
  }
  defineProperty(made, Symbol.toStringTag, { value: "Performance", configurable: true });
  globalThis.performance = made as unknown as typeof performance;
}
