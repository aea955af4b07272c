import { OPERATION } from "../host-operations.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";

/** A call site that the engine passes to `Error.prepareStackTrace`. */
type CallSite = object;

type PrepareStackTrace = (error: object, sites: readonly CallSite[]) => unknown;

interface Place {
  fileName: string;
  line: number;
  column: number;
}

// Kept here, because the task may change the originals.
const { apply, construct } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const ErrorClass = Error;

/** The stack that a task's own `Error.prepareStackTrace` returned for an error. */
class Prepared {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  static is(value: unknown): value is Prepared {
    return typeof value === "object" && value !== null && #value in value;
  }

  static open(prepared: Prepared): unknown {
    return prepared.#value;
  }
}

/** Reads the engine's trace of an error. */
const native: { read: ((this: unknown) => unknown) | undefined } = { read: undefined };

/** Does the task's own `Error.prepareStackTrace` create the stacks of errors? */
const handler: { task: unknown } = { task: undefined };

/**
 * Makes `error.stack` what people expect: it begins with the name and the message, and its positions are those in the
 * task's own files. The engine keeps a bare trace with each error. The text is created when the stack is read, so that
 * stacks that nobody reads cost nothing.
 */
export function installStacks(): void {
  const { get: nativeTrace, set: setStack } = descriptorOf(ErrorClass.prototype, "stack");
  if (nativeTrace === undefined || setStack === undefined) throw new Error("the engine keeps no stack with errors");
  native.read = nativeTrace;
  defineProperty(ErrorClass.prototype, "stack", {
    get(this: object) {
      return stackText(this, apply(nativeTrace, this, []));
    },
    set: setStack,
    configurable: true,
    enumerable: false,
  });
  installCapture();
  installPrepare();
  installDomException();
}

/** Returns the engine's own trace of where it is called, with the positions that its functions have. */
export function traceHere(): string {
  const { read } = native;
  const trace = read === undefined ? "" : apply(read, new ErrorClass(), []);
  return typeof trace === "string" ? trace : "";
}

/** Returns the first line of a stack, like `Error.prototype.toString`, whatever the task's getters do. */
export function headerOf(error: object): string {
  const name = textOf(error, "name", "Error");
  const message = textOf(error, "message", "");
  if (name === "" || message === "") return name + message;
  return `${name}: ${message}`;
}

function textOf(error: object, key: "name" | "message", absent: string): string {
  try {
    const value = (error as Record<string, unknown>)[key];
    return value === undefined ? absent : `${value}`;
  } catch {
    return absent;
  }
}

/** @param trace the engine's trace: undefined if the value is not an error, null if there was no memory for it */
function stackText(error: object, trace: unknown): unknown {
  if (trace === undefined) return undefined;
  if (Prepared.is(trace)) return Prepared.open(trace);
  const frames = typeof trace === "string" ? taskFrames(trace) : "";
  return frames === "" ? headerOf(error) : `${headerOf(error)}\n${frames}`;
}

/** Returns the frames of the task's own code, with their positions in its own files. */
function taskFrames(trace: string): string {
  const frames = trace === "" ? "" : host(OPERATION.taskFrames, trace);
  return typeof frames === "string" ? frames : "";
}

/** Replaces the trace that the engine has stored in an object by a text that is created when it is read. */
function makeLazy(target: object): void {
  const trace = getOwnPropertyDescriptor(target, "stack")?.value;
  if (typeof trace !== "string" && !Prepared.is(trace)) return;
  defineProperty(target, "stack", {
    get: () => stackText(target, trace),
    set(value: unknown) {
      defineProperty(target, "stack", { value, writable: true, configurable: true, enumerable: false });
    },
    configurable: true,
    enumerable: false,
  });
}

function installCapture(): void {
  const native = (ErrorClass as { captureStackTrace?: (target: object, above?: unknown) => void }).captureStackTrace;
  if (native === undefined) return;
  const capture = {
    captureStackTrace(target: object, above?: unknown): void {
      native(target, typeof above === "function" ? above : capture);
      makeLazy(target);
    },
  }.captureStackTrace;
  defineProperty(ErrorClass, "captureStackTrace", { value: capture, writable: true, configurable: true });
}

/** Passes only call sites in the task's own code to its `Error.prepareStackTrace`, with positions in its own files. */
function installPrepare(): void {
  const { set } = descriptorOf(ErrorClass, "prepareStackTrace");
  if (set === undefined) return;
  const setNative = (value: unknown) => apply(set, ErrorClass, [value]);
  setNative((_error: object, [site]: readonly CallSite[]) => {
    if (site !== undefined) maskCallSites(getPrototypeOf(site) as object);
    return "";
  });
  void new ErrorClass("to be looked at").stack;
  setNative(undefined);
  const prepare: PrepareStackTrace = (error, sites) => {
    const { task } = handler;
    if (typeof task !== "function") return "";
    const own: CallSite[] = [];
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i];
      if (site !== undefined && isTasks(site)) own[own.length] = site;
    }
    return new Prepared(apply(task, ErrorClass, [error, own]));
  };
  defineProperty(ErrorClass, "prepareStackTrace", {
    get: () => handler.task,
    set(value: unknown) {
      handler.task = value;
      setNative(typeof value === "function" ? prepare : undefined);
    },
    configurable: true,
    enumerable: false,
  });
}

/** Is a call site in code of the task? Set by {@link maskCallSites}. */
let isTasks: (site: CallSite) => boolean = () => true;

/** Removes `getFunction`, which would expose inner functions of the guest API, and maps positions to the task's files. */
function maskCallSites(prototype: object): void {
  Reflect.deleteProperty(prototype, "getFunction");
  const methods = prototype as Record<"getFileName" | "getLineNumber" | "getColumnNumber", () => unknown>;
  const { getFileName, getLineNumber, getColumnNumber } = methods;
  const placeOf = (site: CallSite): Place | undefined => {
    const file = apply(getFileName, site, []);
    if (typeof file !== "string") return undefined;
    const place = `${file}:${apply(getLineNumber, site, [])}:${apply(getColumnNumber, site, [])}`;
    const [, fileName, line, column] = /^ {4}at (.*):(\d+):(\d+)$/.exec(taskFrames(`    at ${place}\n`)) ?? [];
    return fileName === undefined ? undefined : { fileName, line: Number(line), column: Number(column) };
  };
  isTasks = (site) => typeof apply(getFileName, site, []) !== "string" || placeOf(site) !== undefined;
  const define = (name: keyof typeof methods, read: (place: Place | undefined) => unknown) => {
    const value = {
      [name](this: CallSite) {
        return read(placeOf(this));
      },
    }[name];
    defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
  };
  define("getFileName", (place) => place?.fileName ?? null);
  define("getLineNumber", (place) => place?.line ?? null);
  define("getColumnNumber", (place) => place?.column ?? null);
}

/** The engine's DOMException keeps its trace in an own property. */
function installDomException(): void {
  const Native = DOMException;
  const { prototype } = Native;
  function Replacement(message?: string, name?: string): DOMException {
    if (new.target === undefined) throw new TypeError("Class constructor DOMException cannot be invoked without 'new'");
    const error = construct(Native, [message, name], new.target) as DOMException;
    makeLazy(error);
    return error;
  }
  const { prototype: _own, ...statics } = Object.getOwnPropertyDescriptors(Native);
  Object.defineProperties(Replacement, statics);
  defineProperty(Replacement, "prototype", { value: prototype, writable: false });
  defineProperty(prototype, "constructor", { value: Replacement, writable: true, configurable: true });
  defineGlobal("DOMException", Replacement);
  for (const name of ["atob", "btoa"] as const) {
    const native = globalThis[name];
    const wrapped = {
      [name](text: string): string {
        try {
          return native(text);
        } catch (error) {
          if (typeof error === "object" && error !== null) makeLazy(error);
          throw error;
        }
      },
    }[name];
    defineGlobal(name, wrapped);
  }
}

function descriptorOf(target: object, key: string): PropertyDescriptor {
  return getOwnPropertyDescriptor(target, key) ?? {};
}
