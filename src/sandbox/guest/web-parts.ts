import { defineGlobal } from "./globals.ts";
import { defineLazyGlobals } from "./parts.ts";

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
const PERFORMANCE = ["performance", "Performance", "PerformanceEntry", "PerformanceMark", "PerformanceMeasure"];
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
  defineLazyGlobals(PERFORMANCE, "performance");
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
