import { NO_USAGE } from "../../domain/execution.ts";
import type { EngineRequest, EngineResult } from "../engine/engine-request.ts";
import { limitStop } from "../engine/stop.ts";
import type { EngineAssets } from "./assets.ts";
import { engineDigest, unpackEngine } from "./engine-files.ts";
import { decodeImage, STACK_TOP } from "./machine/image.ts";
import { openImage } from "./machine/sealed-image.ts";
import { decodeMachine, type SleepingMachine } from "./machine/sleeping-machine.ts";
import type { GuestAtRest } from "./run/guest-at-rest.ts";
import { fitsGuest } from "./run/memory-guard.ts";
import type { Sleeping } from "./sleeping.ts";

/** A guest that can go on. */
export interface WakingGuest {
  guest: GuestAtRest;
  machine: SleepingMachine;
}

/** Why a guest can't be woken. */
export class NotWoken extends Error {
  constructor(readonly result: EngineResult) {
    super(result.failure?.message);
  }
}

/** Returns the digest of the engine that made an image. @throws {NotWoken} if the image is damaged */
export function engineOf(image: Uint8Array): string {
  const opened = openImage(image);
  if (opened === undefined) throw unreadable("the image of the guest is damaged");
  return opened.engine;
}

/**
 * Reads the image of a guest.
 * @throws {NotWoken} if it is damaged, belongs to another run, or needs more memory than the task may have
 */
export function wakingGuest({ durable, limits }: EngineRequest, { image: base }: Sleeping): WakingGuest {
  const opened = openImage(durable?.image ?? new Uint8Array(0));
  if (opened === undefined) throw unreadable("the image of the guest is damaged");
  let waking: WakingGuest;
  try {
    const machine = decodeMachine(base, opened.payload);
    waking = { machine, guest: JSON.parse(machine.facts) as GuestAtRest };
  } catch (error) {
    throw unreadable(`the image of the guest can't be read: ${(error as Error).message}`);
  }
  if (waking.guest.runKey !== durable?.runKey) throw unreadable("the image of the guest belongs to another run");
  if (!fitsGuest(STACK_TOP + waking.machine.difference.length, limits)) {
    const what = "the guest's memory";
    const { code, message, data } = limitStop({ code: "MEMORY_LIMIT", what, limit: limits.memoryBytes, unit: "bytes" });
    throw new NotWoken({ failure: { code, message, data }, usage: NO_USAGE });
  }
  return waking;
}

/**
 * Reads an engine that is not that of this build.
 * @param digest that it must have
 * @throws {NotWoken} if it is another one, or damaged
 */
export function foreignEngine(record: Uint8Array | undefined, digest: string): EngineAssets {
  if (record === undefined) throw unreadable("the engine that made the image of the guest is not there");
  try {
    const files = unpackEngine(record);
    if (engineDigest(files) !== digest) throw new Error("it is another one");
    const module = new WebAssembly.Module(files.module as Uint8Array<ArrayBuffer>);
    return { module, image: decodeImage(files.base), foreign: { files, digest } };
  } catch (error) {
    throw unreadable(`the engine that made the image of the guest can't be used: ${(error as Error).message}`);
  }
}

function unreadable(message: string): NotWoken {
  return new NotWoken({ failure: { code: "IMAGE_UNREADABLE", message, data: {} }, usage: NO_USAGE });
}
