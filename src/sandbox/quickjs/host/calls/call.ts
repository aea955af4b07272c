import type { EngineRequest, ExecutionPort } from "../../../engine/engine-request.ts";
import type { Machine } from "../../machine/machine.ts";
import { newString, readString } from "../../machine/values.ts";
import type { GuestSubtle } from "../cryptography/subtle.ts";
import type { Deliveries } from "../deliveries.ts";
import type { GuestDurable } from "../durable/guest-durable.ts";
import type { GuestCompression } from "../guest-compression.ts";
import type { GuestFetches } from "../guest-fetches.ts";
import type { GuestSockets } from "../guest-sockets.ts";
import type { GuestIntl } from "../intl/guest-intl.ts";
import type { Nondeterminism } from "../journal-keeper.ts";
import type { PartReader } from "../part-files.ts";
import type { FrameReader } from "../task-frames.ts";

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
  intl: GuestIntl;
  parts: PartReader;
  compression: GuestCompression;
  sockets: GuestSockets;
  /** Absent if the execution is no durable run. */
  durable?: GuestDurable | undefined;
  /** The run ends here, and begins again with another input. */
  renewed: () => void;
  /** Does the program's own top level run now? */
  loading: () => boolean;
  /** While it loads, the program did something that every execution of it has to do. */
  loadWasSeen: () => void;
  /** The task has ended with an output. Takes the handle of its JSON. @throws {Stop} OUTPUT_LIMIT, MEMORY_LIMIT */
  complete: (output: number | undefined) => void;
  /** The task has ended with an error. Takes the guest's description of it. */
  fail: (json: string) => void;
  /** Suspends the guest until the promise settles; the execution may end it first. */
  suspend: <T>(promise: Promise<T>) => Promise<T>;
  /** Bytes of console output and progress reports so far. */
  logBytes: number;
}

/** The value handles of a host call's arguments, without the operation's number. */
export type Arguments = readonly (number | undefined)[];

/**
 * Performs one operation.
 * @returns the value handle of the result, 0 after an exception was thrown into the guest, or a promise of either
 */
export type HostCall = (context: HostCallContext, values: Arguments) => number | Promise<number>;

/** The handle of `undefined`. */
export function nothing({ machine }: HostCallContext): number {
  return machine.exports.qjs_get_undefined();
}

/** A guest string, or `undefined`. */
export function stringOrNothing(context: HostCallContext, text: string | undefined): number {
  return text === undefined ? nothing(context) : newString(context.machine, text);
}

/** A text argument; empty if it is something else, or longer than `maxBytes`. */
export function textOf({ machine }: HostCallContext, value: number | undefined, maxBytes: number): string {
  return readString(machine, value, maxBytes)?.text ?? "";
}
