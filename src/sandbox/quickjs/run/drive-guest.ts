import { UTC } from "../../../domain/time-zone.ts";
import type { EngineRequest } from "../../engine/engine-request.ts";
import { cancelledStop, limitStop, Stop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";
import type { Deliveries, Outstanding } from "../host/deliveries.ts";
import type { GuestFetches } from "../host/guest-fetches.ts";
import type { MachineImage } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import { GuestMemoryExhausted, readUtf8, textOfUtf8 } from "../machine/values.ts";
import type { GuestEntries } from "./guest-entries.ts";
import type { MemoryGuard } from "./memory-guard.ts";
import type { Outcome } from "./outcome.ts";
import { loadProgram, programFailure } from "./program-loading.ts";
import type { Rejections } from "./rejections.ts";
import type { Waits } from "./waits.ts";

/** One guest, and the parts of its execution that decide what it does next. */
export interface DrivenGuest {
  readonly machine: Machine;
  readonly image: MachineImage;
  readonly request: EngineRequest;
  /** See {@link RunThread}. */
  readonly sharesOutputs: boolean;
  readonly timeZone: string;
  readonly guest: GuestEntries;
  /** The seed of Math.random. */
  readonly seed: bigint;
  readonly memory: MemoryGuard;
  readonly waits: Waits;
  readonly outcome: Outcome;
  readonly deliveries: Deliveries;
  readonly fetches: GuestFetches;
  readonly outstanding: Outstanding;
  readonly rejections: Rejections;
}

const NEVER_SETTLES = "the task's promise can never settle: nothing it could wait for is under way";

/** Runs the program's top level. @throws {ProgramRefused} if that fails, or leaves a rejection without a handler */
export async function loadTask(driven: DrivenGuest): Promise<void> {
  const { machine, image, request, guest, rejections, timeZone } = driven;
  if (timeZone !== UTC && machine.exports.qjs_is_exception(await guest.useTimeZone()) !== 0) {
    throw new GuestMemoryExhausted();
  }
  await loadProgram(machine, image.entries, request.program);
  await runJobs(driven);
  const rejected = rejections.first();
  if (rejected !== undefined) throw programFailure(request.program, (await guest.describe(rejected)) ?? "");
}

/** Calls the task's function, and runs the guest until the task has ended and every fetch is finished. */
export async function driveTask(driven: DrivenGuest): Promise<void> {
  const { machine, image, seed, request, guest, outcome, fetches } = driven;
  machine.setRandomState(image, seed);
  const { context, inputJson, throwHttpErrors } = request;
  takeOutput(driven, await guest.start(inputJson, { ...context, throwHttpErrors }));
  await runJobs(driven);
  if (outcome.isSettled && !fetchesOpen(driven)) {
    if (fetches.count > 0 || fetches.unsent) await checkUnobserved(driven);
    return describeUnhandled(driven);
  }
  await driveEvents(driven);
  await checkUnobserved(driven);
  await describeUnhandled(driven);
}

/**
 * The task has ended with an output. Its text stays on the account until the pool has passed it on.
 * @param handle of the output's JSON
 * @throws {Stop} OUTPUT_LIMIT, MEMORY_LIMIT
 */
export function completeTask(driven: DrivenGuest, handle: number | undefined): void {
  const { machine, outcome, request, memory, waits, sharesOutputs } = driven;
  if (outcome.isSettled) return;
  const { outputBytes: limit } = request.limits;
  const json = readUtf8(machine, handle, limit, (utf8) => {
    memory.require(utf8.length);
    return textOfUtf8(utf8, sharesOutputs);
  });
  if (typeof json !== "number") return outcome.complete(json ?? "");
  throw waits.note(limitStop({ code: "OUTPUT_LIMIT", what: "the output", limit, unit: "bytes", value: json }));
}

/** Delivers what arrives until the task has ended and every fetch is finished. */
async function driveEvents(driven: DrivenGuest): Promise<void> {
  const { outcome, deliveries, outstanding, waits, guest } = driven;
  while (!outcome.isSettled || fetchesOpen(driven)) {
    const delivery = deliveries.next(outstanding);
    if (delivery === undefined) {
      if (deliveries.timers === 0 && !outstanding.any()) throw waits.note(new Stop("NEVER_SETTLED", NEVER_SETTLES));
      await waits.outside(deliveries.arrival());
      continue;
    }
    // An exception that comes out of it (of a timer's callback) fails the task.
    const thrown = await guest.deliver(delivery);
    if (thrown !== undefined) outcome.fail(thrown);
    await runJobs(driven);
    if (waits.cancelled) throw waits.note(cancelledStop());
  }
}

/** Runs the reactions to promises that are settled. */
async function runJobs({ machine, waits }: DrivenGuest): Promise<void> {
  const { exports } = machine;
  waits.resumeTime();
  while (exports.qjs_is_job_pending() !== 0) {
    if ((await machine.runJob()) < 0) exports.qjs_free_value(exports.qjs_get_exception());
  }
}

/** @param handle of the output's JSON, of an exception, or of undefined if the task has not ended yet */
function takeOutput(driven: DrivenGuest, handle: number): void {
  const { exports } = driven.machine;
  if (exports.qjs_is_exception(handle) !== 0) driven.outcome.fail("");
  else if (exports.qjs_is_string(handle) !== 0) completeTask(driven, handle);
}

async function checkUnobserved({ guest, outcome }: DrivenGuest): Promise<void> {
  const failure = await guest.unobserved();
  if (failure !== undefined) outcome.failUnobserved(failure);
}

/** A rejection that nothing handled fails a task that otherwise ended well. */
async function describeUnhandled({ rejections, outcome, guest }: DrivenGuest): Promise<void> {
  const reason = rejections.first();
  if (reason !== undefined && outcome.isOk) outcome.failUnhandled(await guest.describe(reason));
}

/** Is a fetch under way, or has one ended that the guest has not heard of yet? */
function fetchesOpen({ fetches, deliveries }: DrivenGuest): boolean {
  return fetches.outstanding > 0 || deliveries.has(DELIVERY.fetch);
}
