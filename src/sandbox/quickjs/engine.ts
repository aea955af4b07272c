import { NO_USAGE } from "../../domain/execution.ts";
import type { Program } from "../../domain/task.ts";
import { UTC } from "../../domain/time-zone.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { Lru } from "../../lib/lru.ts";
import type { Engine, EngineThread } from "../engine/engine.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import type { EngineAssets } from "./assets.ts";
import { createCryptoGate } from "./host/cryptography/crypto-gate.ts";
import { partReader } from "./host/part-files.ts";
import { type FrameReader, frameReader } from "./host/task-frames.ts";
import type { MachineImage } from "./machine/image.ts";
import { MachineShelf } from "./machine/machine-shelf.ts";
import type { PresentMemory } from "./machine/present-memory.ts";
import { GuestRun } from "./run/guest-run.ts";
import type { RunThread } from "./run/run-thread.ts";
import { createThreadTime } from "./run/thread-time.ts";

/** How much the program images of a thread may hold in total, bytes. */
const IMAGE_BYTES = 64 * 1024 * 1024;

/** What a thread gives its engine. */
export interface EngineOptions extends EngineThread {
  /** For a thread that carries many guests at a time. */
  createPresentMemory?: () => PresentMemory | undefined;
}

/** Creates an engine. Machines are created when executions need them. */
export function createEngine(
  { module, image: base, loadRest }: EngineAssets,
  { turns, sharesOutputs = false, createPresentMemory }: EngineOptions = {},
): Engine {
  const machines = new MachineShelf({ module, createPresentMemory, ...(loadRest && { loadRest }) });
  const images = new Lru<string, MachineImage>(IMAGE_BYTES, (image) => image.memory.length);
  const seen = new Set<string>();
  const thread: RunThread = {
    gate: createCryptoGate(),
    time: createThreadTime(),
    frames: rememberedReaders(),
    sharesOutputs,
    parts: partReader(),
    ...(turns === undefined ? {} : { turns }),
  };

  async function run(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    // A recorded or replayed execution loads its program again, because what that reads of the clock is part of the
    // recording. With fixed sources, what loading reads comes from them.
    const shared = !request.record && request.replay === undefined && request.fixed === undefined;
    const { program, limits, timeZone } = request;
    // What a program's top level does may depend on the time zone.
    const key = timeZone === UTC ? program.id : `${program.id} ${timeZone}`;
    const known = shared ? images.get(key) : undefined;
    const image = known ?? base;
    const machine = machines.take();
    machine.reset(image, limits.stackBytes);
    const run = new GuestRun({ machine, image, request, port, thread });
    const onLoaded = () => {
      if (!shared) return;
      // An engine for a single run takes no image, which is as large as the program, until a program runs again.
      if (loadRest === undefined || seen.has(key)) images.set(key, machine.takeImage(base));
      else seen.add(key);
    };
    const result = await run.run(known === undefined ? onLoaded : undefined);
    if (!run.broken) machines.keep(machine);
    return result;
  }

  return {
    async execute(request, port) {
      try {
        return await run(request, port);
      } catch (error) {
        // No machine could be created, or the request itself can't be run (a journal in another form).
        const failure = {
          code: "INTERNAL" as const,
          message: `the execution could not start: ${messageOf(error)}`,
          data: {},
        };
        return { failure, usage: NO_USAGE };
      }
    },
  };
}

/** Creates the reader of each program once. */
function rememberedReaders(): (program: Program) => FrameReader {
  const readers = new WeakMap<Program, FrameReader>();
  return (program) => {
    const reader = readers.get(program) ?? frameReader(program);
    readers.set(program, reader);
    return reader;
  };
}
