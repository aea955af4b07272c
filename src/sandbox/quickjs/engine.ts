import { NO_USAGE } from "../../domain/execution.ts";
import type { Program } from "../../domain/task.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import type { Engine, EngineThread } from "../engine/engine.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import type { EngineAssets } from "./assets.ts";
import { createCryptoGate } from "./host/cryptography/crypto-gate.ts";
import { partReader } from "./host/part-files.ts";
import { type FrameReader, frameReader } from "./host/task-frames.ts";
import { MachineShelf } from "./machine/machine-shelf.ts";
import type { PresentMemory } from "./machine/present-memory.ts";
import { ProgramImages } from "./program-images.ts";
import { GuestRun } from "./run/guest-run.ts";
import type { RunThread } from "./run/run-thread.ts";
import { createThreadTime } from "./run/thread-time.ts";

/** What a thread gives its engine. */
export interface EngineOptions extends EngineThread {
  /** For a thread that carries many guests at a time. */
  createPresentMemory?: () => PresentMemory | undefined;
}

/** Creates an engine. Machines are created when executions need them. */
export function createEngine(
  { module, image: base, rest }: EngineAssets,
  { turns, sharesOutputs = false, createPresentMemory, tally }: EngineOptions = {},
): Engine {
  const machines = new MachineShelf({ module, createPresentMemory, tally, ...(rest && { loadRest: rest.load }) });
  const images = new ProgramImages(base, rest, tally);
  const thread: RunThread = {
    gate: createCryptoGate(),
    time: createThreadTime(),
    frames: rememberedReaders(),
    sharesOutputs,
    parts: partReader(),
    ...(turns === undefined ? {} : { turns }),
  };

  async function run(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    const machine = machines.take();
    const start = images.start(machine, request);
    if (images.prepared !== undefined) await images.prepared;
    const run = new GuestRun({ machine, image: base, request, port, thread });
    const result = await run.run(start);
    if (!run.broken) machines.keep(machine);
    return result;
  }

  return {
    dropCaches() {
      machines.clear();
      images.clear();
    },
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
