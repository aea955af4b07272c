import { NO_USAGE } from "../../domain/execution.ts";
import type { Program } from "../../domain/task.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { Lru } from "../../lib/lru.ts";
import type { Engine, EngineThread } from "../engine/engine.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import type { EngineAssets } from "./assets.ts";
import { createCryptoGate } from "./host/cryptography/crypto-gate.ts";
import { partReader } from "./host/part-files.ts";
import { type FrameReader, frameReader } from "./host/task-frames.ts";
import { MachineShelf } from "./machine/machine-shelf.ts";
import type { PresentMemory } from "./machine/present-memory.ts";
import { GuestRun } from "./run/guest-run.ts";
import type { RunThread } from "./run/run-thread.ts";
import { createThreadTime } from "./run/thread-time.ts";
import { sleepingOf } from "./sleeping.ts";
import { StartImages } from "./start-images.ts";
import { engineOf, foreignEngine, NotWoken, wakingGuest } from "./wake.ts";

/** What a thread gives its engine. */
export interface EngineOptions extends EngineThread {
  /** For a thread that carries many guests at a time. */
  createPresentMemory?: () => PresentMemory | undefined;
}

/** How many engines of other versions a thread keeps. */
const OTHER_ENGINES = 3;

/** Creates an engine. Machines are created when executions need them. */
export function createEngine(assets: EngineAssets, options: EngineOptions = {}): Engine {
  const { module, image: base, rest, foreign } = assets;
  const { turns, sharesOutputs = false, createPresentMemory, tally } = options;
  const machines = new MachineShelf({ module, createPresentMemory, tally, ...(rest && { loadRest: rest.load }) });
  const sleeping = sleepingOf(base, foreign);
  const images = new StartImages({ base, rest, tally, sleeping });
  const others = otherEngines(options);
  const thread: RunThread = {
    gate: createCryptoGate(),
    time: createThreadTime(),
    frames: rememberedReaders(),
    sharesOutputs,
    parts: foreign === undefined ? partReader() : (index) => foreign.files.parts[index],
    sleeping,
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

  async function wake(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    const slept = wakingGuest(request, sleeping());
    const machine = machines.take();
    machine.reset(sleeping().image, request.limits.stackBytes, slept.machine.difference);
    const run = new GuestRun({ machine, image: base, request, port, thread, slept: slept.guest });
    const result = await run.run(undefined);
    if (!run.broken) machines.keep(machine);
    return result;
  }

  return {
    dropCaches() {
      machines.clear();
      images.clear();
      others.clear();
    },
    async execute(request, port) {
      try {
        const { image, engineRecord } = request.durable ?? {};
        if (image === undefined) return await run(request, port);
        const digest = engineOf(image);
        if (digest === sleeping().engine) return await wake(request, port);
        return await others.get(digest, engineRecord).execute(request, port);
      } catch (error) {
        if (error instanceof NotWoken) return error.result;
        // No machine could be created, or the request itself can't be run (a journal in another form).
        const message = `the execution could not start: ${messageOf(error)}`;
        return { failure: { code: "INTERNAL", message, data: {} }, usage: NO_USAGE };
      }
    },
  };
}

/** Creates the engines that made the images of guests, if that was not this one, and keeps the last few. */
function otherEngines(options: EngineOptions) {
  const known = new Lru<string, Engine>(OTHER_ENGINES, () => 1);
  return {
    clear: () => known.clear(),
    /** @throws {NotWoken} if the engine is not there, or can't be used */
    get(digest: string, record: Uint8Array | undefined): Engine {
      const engine = known.get(digest) ?? createEngine(foreignEngine(record, digest), options);
      known.set(digest, engine);
      return engine;
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
