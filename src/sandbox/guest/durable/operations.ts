import type { DurableError } from "../../../domain/durable.ts";
import { DURABLE_DELIVERY, OPERATION } from "../../host-operations.ts";
import { nameOf, optionsOf } from "./arguments.ts";
import { base, host, parse, stringify } from "./base.ts";
import { callingStep } from "./running-steps.ts";

type Members = Record<string, unknown>;

const { defineProperty, hasOwn } = Object;

/** An operation that the task waits for. */
export interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Creates the error that the operation has failed with. @default {@link errorOf} */
  errorFor?: (error: DurableError) => unknown;
  /** The function of a step runs again. */
  again?: (() => void) | undefined;
  /** The function of a step runs, or has run: it is not given up when the run is cancelled. */
  keeps?: boolean;
}

const pending = new Map<number, Pending>();
/** The writes that wait for room: they resolve to false if nobody reads any more. */
let waitingForRoom: Pending[] = [];
/** The name of the step whose function runs now, until it first waits. */
const running: { step: string | undefined } = { step: undefined };
const run = { isCancelled: false };

/** What methods have in common that ask for an operation. */
export interface Asked {
  /** The method, for messages. */
  method: string;
  options: Members;
}

/** @throws {Error} if the function of a step calls a durable method */
export function refuseInStep(method: string): void {
  const step = running.step ?? callingStep();
  if (step === undefined) return;
  const place = `the function of step ${stringify(step)}`;
  throw new Error(
    `${place} calls context.${method}: durable methods can't be used inside a step, call it before or after`,
  );
}

/** Runs the function of a step until it returns. */
export function insideStep<T>(name: string, run: () => T): T {
  running.step = name;
  try {
    return run();
  } finally {
    running.step = undefined;
  }
}

/** Opens an operation and waits for its result. */
export function open(request: Members, { method, options }: Asked): Promise<unknown> {
  const signal = signalOf(options, method);
  if (signal?.aborted === true) throw cancelledError(`context.${method} was called with a signal that is aborted`);
  const number = host(OPERATION.durable, stringify(requested(request, options)));
  if (typeof number !== "number") throw new Error(`context.${method}: ${number as string}`);
  tellNumber(options, number);
  const unlisten = signal && base.onAbort(signal, () => withdraw(number));
  return new Promise((resolve, reject) => {
    pending.set(number, {
      resolve(value) {
        unlisten?.();
        resolve(value);
      },
      reject(error) {
        unlisten?.();
        reject(error);
      },
    });
  });
}

/** Adds to a request what the program of a workflow file passes. */
export function requested(request: Members, options: Members): Members {
  if (options.label !== undefined) request.label = nameOf(options.label, "label");
  if (options.undoes !== undefined) request.undoes = options.undoes;
  return request;
}

/** Tells the program of a workflow file the number of an operation, and how to withdraw it. */
export function tellNumber({ numbered }: Members, number: number): void {
  if (typeof numbered === "function") numbered(number, () => withdraw(number));
}

function withdraw(number: number): void {
  host(OPERATION.withdraw, number);
}

/** Waits for an operation that the host knows already. */
export function waitFor(number: number, entry: Pending): void {
  pending.set(number, entry);
}

/** Writes an item of the stream, and waits for room. @returns false if nobody reads the stream any more */
export function write(json: string): Promise<boolean> | boolean {
  const room = host(OPERATION.writeItem, json);
  if (typeof room !== "number") throw new Error(`context.output.write: ${room as string}`);
  if (room !== 0) return room !== 2;
  return new Promise((resolve, reject) => {
    waitingForRoom[waitingForRoom.length] = { resolve: resolve as (value: unknown) => void, reject };
  });
}

/** Receives what has happened: see DURABLE_DELIVERY. */
export function deliver(index: number, text: string): void {
  if (index === DURABLE_DELIVERY.room) return takeRoom(true);
  if (index === DURABLE_DELIVERY.unread) return takeRoom(false);
  if (index === DURABLE_DELIVERY.cancel) return cancelAll();
  const entry = pending.get(index);
  if (entry === undefined) return;
  if (text === DURABLE_DELIVERY.again) return entry.again?.();
  pending.delete(index);
  const json = text.slice(1);
  if (text[0] !== "+") {
    const error = parse(json) as DurableError;
    entry.reject(entry.errorFor === undefined ? errorOf(error) : entry.errorFor(error));
  } else entry.resolve(json === "" ? undefined : parse(json));
}

function takeRoom(isRead: boolean): void {
  const waiting = waitingForRoom;
  waitingForRoom = [];
  for (let i = 0; i < waiting.length; i++) waiting[i]?.resolve(isRead);
}

export function isCancelled(): boolean {
  return run.isCancelled;
}

function cancelAll(): void {
  run.isCancelled = true;
  const waiting = waitingForRoom;
  waitingForRoom = [];
  for (const [number, entry] of pending) {
    if (entry.keeps === true) continue;
    pending.delete(number);
    waiting[waiting.length] = entry;
  }
  for (let i = 0; i < waiting.length; i++) waiting[i]?.reject(cancelledError("the run was cancelled"));
}

export function cancelledError(message: string): Error {
  return new base.typedErrors.CancelledError(message);
}

const builtInErrors = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };

/** Creates an error of the class with this name: a typed or a built-in one. Any other name is that of an Error. */
function errorNamed(name: string, message: string, status: number | undefined): Error {
  const { HttpError, typedErrors } = base;
  if (name === "HttpError") return new HttpError(status as number, message);
  const options = status === undefined ? undefined : { status };
  if (hasOwn(typedErrors, name)) return new typedErrors[name as keyof typeof typedErrors](message, options);
  if (hasOwn(builtInErrors, name)) return new builtInErrors[name as keyof typeof builtInErrors](message);
  const error = new Error(message);
  defineProperty(error, "name", { value: name, writable: true, configurable: true, enumerable: false });
  return error;
}

/** The error of an operation, as the task sees it. */
export function errorOf({ name, message, code, data, status, call }: DurableError): Error {
  const error = errorNamed(name, message, status) as Error & Members;
  if (code !== undefined) error.code = code;
  if (data !== undefined) error.data = data;
  if (status !== undefined && error.status === undefined) error.status = status;
  if (call !== undefined) error.call = call;
  return error;
}

function signalOf({ signal }: Members, method: string) {
  if (signal === undefined || signal === null) return undefined;
  if (!base.isSignal(signal)) throw new TypeError(`the option signal of context.${method} must be an AbortSignal`);
  return signal;
}

/** Throws what is wrong with the options of a method early. */
export function methodOptions(value: unknown, method: string): Asked {
  refuseInStep(method);
  return { method, options: optionsOf(value, `context.${method}`) };
}
