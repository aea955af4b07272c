import type { DurableStart } from "../../../../domain/durable.ts";
import type { DurablePort } from "../../../engine/engine-request.ts";
import type { Stop } from "../../../engine/stop.ts";
import type { Deliveries } from "../deliveries.ts";
import type { RequiredMemory } from "../host-memory.ts";
import type { DurableSource } from "./durable-source.ts";
import type { StepContexts } from "./step-contexts.ts";

/** What the durable operations of one execution work with. */
export interface GuestDurableContext {
  start: DurableStart;
  port: DurablePort;
  source: DurableSource;
  steps: StepContexts;
  /** The seed of the run. */
  seed: () => string;
  deliveries: Deliveries;
  memory: RequiredMemory;
  /** Ends the guest, which reached a limit while it waited. */
  stop: (stop: Stop) => void;
  /** The run was cancelled: the guest has its time for cleaning up. */
  cleanUp: () => void;
  /** Bytes of one item of the stream, at most. */
  outputBytes: number;
  /** What a guest that has slept goes on with. */
  slept?: DurableAtRest | undefined;
}

/** The durable operations of a guest that sleeps. */
export interface DurableAtRest {
  /** What it waits for. */
  open: { number: number; until?: number }[];
  operations: number;
  /** Of its journal. */
  bytes: number;
  /** How many items of its stream it has written. */
  written: number;
  /** Sizes of the last of them, bytes, as far as nobody had taken them. @default all are taken */
  untaken?: number[];
  /** It waits for room for more items. @default false */
  waitsForRoom?: boolean;
  /** The number of the row of its input that it waits for. @default it waits for none */
  row?: number | undefined;
  isCancelled: boolean;
}

/** What the function of a step came to. */
export interface EndedStep {
  json: { request: string; result: string };
  /** The function goes on, although nobody waits for it. */
  isLate: boolean;
  /** It has failed: how often it has run, and when it runs again, ms from now. */
  again?: { attempts: number; delayMs: number };
}
