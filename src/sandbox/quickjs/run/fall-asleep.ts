import type { SleepingGuest } from "../../../domain/durable.ts";
import type { HostCallContext } from "../host/calls/call.ts";
import type { GuestDurable } from "../host/durable/guest-durable.ts";
import type { Machine } from "../machine/machine.ts";
import { sealImage } from "../machine/sealed-image.ts";
import { encodeMachine } from "../machine/sleeping-machine.ts";
import type { Sleeping } from "../sleeping.ts";
import type { GuestAtRest } from "./guest-at-rest.ts";
import type { Sources } from "./start-sources.ts";
import type { Waits } from "./waits.ts";

/** A guest that goes to sleep, and what its host has of it. */
interface RestingGuest {
  machine: Machine;
  durable: GuestDurable;
  waits: Waits;
  run: NonNullable<Sources["run"]>;
  calls: Pick<HostCallContext, "fetches" | "compression" | "logBytes">;
}

/** Takes the image of a guest that goes to sleep. @returns undefined if the host holds something for it that can't be kept */
export function sleepingGuest(
  sleeping: () => Sleeping,
  { machine, durable, waits, run, calls }: RestingGuest,
): SleepingGuest | undefined {
  const fetches = calls.fetches.rest();
  const compressions = calls.compression.rest();
  if (fetches === undefined || compressions === undefined) return undefined;
  const facts: GuestAtRest = {
    ...{ runKey: durable.context.start.runKey, seed: run.seed(), drawn: run.drawn(), source: run.source.state() },
    ...{ durable: durable.rest(), fetches, compressions, logBytes: calls.logBytes },
    ...(durable.isCancelled && { cleanUpMs: Math.max(0, waits.leftMs) }),
  };
  const { engine, image } = sleeping();
  const payload = encodeMachine(image, machine.rest, JSON.stringify(facts));
  const { kept, needed } = run.source.readings;
  return {
    ...{ image: sealImage({ engine, payload }), engine, operations: facts.durable.operations },
    open: facts.durable.open.map(({ number }) => number),
    ...durable.streamWaits(),
    readingsFrom: needed,
    ...(kept !== undefined && { readings: kept }),
    ...(facts.durable.isCancelled && { cancelled: true }),
  };
}
