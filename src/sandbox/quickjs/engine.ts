import { NO_USAGE } from "../../domain/execution.ts";
import type { Program } from "../../domain/task.ts";
import { Lru } from "../../lib/lru.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import type { Turns } from "../engine/turns.ts";
import type { EngineAssets } from "./assets.ts";
import { createCryptoGate } from "./host/cryptography/crypto-gate.ts";
import { type FrameReader, frameReader } from "./host/task-frames.ts";
import type { MachineImage } from "./machine/image.ts";
import { Machine } from "./machine/machine.ts";
import type { PresentMemory } from "./machine/present-memory.ts";
import { GuestRun } from "./run/guest-run.ts";
import type { RunThread } from "./run/run-thread.ts";
import { createThreadTime } from "./run/thread-time.ts";

/** Program images kept by a thread, bytes in all. */
const IMAGE_BYTES = 64 * 1024 * 1024;
/** A larger machine is given up after its execution, so that one hungry guest does not hold memory for good. */
const MAX_KEPT_CAPACITY = 16 * 1024 * 1024;
/** Machines kept for later, bytes in all: enough for a hundred small guests at a time. */
const IDLE_BYTES = 256 * 1024 * 1024;

/** From this machine of a thread on, the memory of each is presented: one or two are made faster without. */
const WORTH_PRESENTING = 3;

/** The engine of one thread: runs executions, several at a time, each on a pristine machine of its own. */
export interface Engine {
  /** Never rejects: every failure is a result. */
  execute(request: EngineRequest, port: ExecutionPort): Promise<EngineResult>;
}

/** What a thread gives its engine. */
export interface EngineOptions {
  /** Shares the thread among guests that compute; without it each computes until it waits or ends. */
  turns?: Turns;
  /** For a thread that carries many guests at a time. */
  createPresentMemory?: () => PresentMemory | undefined;
}

/** Makes an engine; machines are made as executions need them. */
export function createEngine(
  { module, image: base, loadRest }: EngineAssets,
  { turns, createPresentMemory }: EngineOptions = {},
): Engine {
  const idle: Machine[] = [];
  let idleBytes = 0;
  let made = 0;
  let present: PresentMemory | undefined;
  const gate = createCryptoGate();
  const time = createThreadTime();
  const readers = new WeakMap<Program, FrameReader>();
  const frames = (program: Program) => {
    const reader = readers.get(program) ?? frameReader(program);
    readers.set(program, reader);
    return reader;
  };
  const thread: RunThread = { gate, time, frames, ...(turns === undefined ? {} : { turns }) };
  const images = new Lru<string, MachineImage>(IMAGE_BYTES, (image) => image.memory.length);

  async function execute(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    try {
      return await runOnce(request, port);
    } catch (error) {
      // No machine could be made, or the request itself can't be run (a journal of another form).
      const reason = error instanceof Error ? error.message : String(error);
      const failure = { code: "INTERNAL" as const, message: `the execution could not start: ${reason}`, data: {} };
      return { failure, usage: NO_USAGE };
    }
  }

  async function runOnce(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    // A recorded or replayed execution loads its program anew: what that reads of the clock belongs to the recording.
    const shared = !request.record && request.replay === undefined;
    const { program, limits } = request;
    const known = shared ? images.get(program.id) : undefined;
    const machine = takeMachine();
    machine.reset(known ?? base, limits.stackBytes);
    const run = new GuestRun(machine, known ?? base, request, port, thread);
    const onLoaded = () => {
      if (shared) images.set(program.id, machine.takeImage(base));
    };
    const result = await run.run(known === undefined ? onLoaded : undefined);
    if (!run.broken) keepMachine(machine);
    return result;
  }

  function takeMachine(): Machine {
    const kept = idle.pop();
    idleBytes -= kept?.capacity ?? 0;
    return kept ?? makeMachine();
  }

  function makeMachine(): Machine {
    made += 1;
    if (made === WORTH_PRESENTING) present = createPresentMemory?.();
    return new Machine(module, loadRest, present);
  }

  function keepMachine(machine: Machine): void {
    const { capacity } = machine;
    if (capacity > MAX_KEPT_CAPACITY || idleBytes + capacity > IDLE_BYTES) return;
    idleBytes += capacity;
    idle.push(machine);
  }

  return { execute };
}
