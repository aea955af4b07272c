import type { EngineRequest, ExecutionPort } from "../../engine/engine-request.ts";
import type { Stop } from "../../engine/stop.ts";
import type { Deliveries } from "../host/deliveries.ts";
import { type DurableSource, durableSource } from "../host/durable/durable-source.ts";
import { GuestDurable } from "../host/durable/guest-durable.ts";
import { SeededBytes } from "../host/durable/seeded-bytes.ts";
import { StepContexts } from "../host/durable/step-contexts.ts";
import { fixedNondeterminism } from "../host/fixed-source.ts";
import type { RequiredMemory } from "../host/host-memory.ts";
import { liveNondeterminism, type Nondeterminism, replayedNondeterminism } from "../host/journal-keeper.ts";
import type { MachineImage } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import type { GuestAtRest } from "./guest-at-rest.ts";

/** Where an execution has its time and randomness from. `run` is there if it is a durable run. */
export interface Sources {
  source: Nondeterminism;
  run?: { source: DurableSource; steps: StepContexts; seed: () => string; drawn: () => number };
}

/** Chooses the sources of an execution. */
export function sourceFor(execution: SourceExecution): Sources {
  const { machine, image, request, slept } = execution;
  const { durable: start } = request;
  if (start === undefined) return { source: plainSource(request) };
  const bytes = new SeededBytes(slept?.seed ?? start.seed, slept?.drawn);
  const seed = () => bytes.seed;
  const steps = new StepContexts(machine, image, seed);
  const source = durableSource({ base: plainSource(request, bytes), start, steps, slept: slept?.source });
  return { source, run: { source, steps, seed, drawn: () => bytes.drawn } };
}

/** An execution that needs sources. */
interface SourceExecution {
  machine: Machine;
  image: MachineImage;
  request: EngineRequest;
  /** What a guest that has slept goes on with. */
  slept?: GuestAtRest | undefined;
}

function plainSource(request: EngineRequest, random?: SeededBytes): Nondeterminism {
  const { replay, record, fixed, timeZone, maxJournalBytes } = request;
  if (replay !== undefined) return replayedNondeterminism(replay);
  const live = liveNondeterminism({ record, timeZone, maxJournalBytes, random });
  return fixed === undefined ? live : fixedNondeterminism(fixed, live);
}

/** What the durable operations of an execution need of it. */
export interface DurableSurroundings {
  request: EngineRequest;
  port: ExecutionPort;
  deliveries: Deliveries;
  memory: RequiredMemory;
  stop: (stop: Stop) => void;
  cleanUp: () => void;
  slept: GuestAtRest | undefined;
}

/** Begins to listen to the host of a durable run. */
export function startDurable(
  run: NonNullable<Sources["run"]>,
  surroundings: DurableSurroundings,
): GuestDurable | undefined {
  const { request, port, deliveries, memory, stop, cleanUp } = surroundings;
  const slept = surroundings.slept?.durable;
  if (request.durable === undefined || port.durable === undefined) return undefined;
  const { outputBytes } = request.limits;
  const context = { deliveries, memory, stop, cleanUp, slept, outputBytes, start: request.durable, port: port.durable };
  return new GuestDurable({ ...context, ...run });
}
