import type { SleepingGuest } from "../../../domain/durable.ts";
import { UTC } from "../../../domain/time-zone.ts";
import type { EngineRequest } from "../../engine/engine-request.ts";
import { cancelledStop, limitStop, Stop } from "../../engine/stop.ts";
import { DELIVERY, STILL_LOADING } from "../../host-operations.ts";
import { type Deliveries, keyOf, type Outstanding } from "../host/deliveries.ts";
import type { GuestDurable } from "../host/durable/guest-durable.ts";
import type { GuestFetches } from "../host/guest-fetches.ts";
import type { GuestSockets } from "../host/guest-sockets.ts";
import type { MachineImage } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import { GuestMemoryExhausted, readUtf8, textOfUtf8 } from "../machine/values.ts";
import type { GuestEntries } from "./guest-entries.ts";
import type { MemoryGuard } from "./memory-guard.ts";
import type { Outcome } from "./outcome.ts";
import { isLoaded, loadProgram, programFailure } from "./program-loading.ts";
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
  readonly sockets: GuestSockets;
  /** Absent if the execution is no durable run. */
  readonly durable: GuestDurable | undefined;
  readonly outstanding: Outstanding;
  readonly rejections: Rejections;
  /** The guest, once it sleeps. */
  asleep: SleepingGuest | undefined;
  /** Takes the image of the guest. @returns undefined if the host holds something for it that can't be kept */
  fallAsleep(): SleepingGuest | undefined;
}

const NEVER_SETTLES = "can never settle: nothing it could wait for is under way";

/**
 * Runs the program's top level.
 * @param compile see `ProgramLoading`
 * @throws {ProgramRefused} if that fails, or leaves a rejection without a handler
 */
export async function loadTask(driven: DrivenGuest, compile: boolean): Promise<void> {
  const { machine, image, request, guest, rejections, timeZone } = driven;
  const { program, throwHttpErrors } = request;
  if (timeZone !== UTC || throwHttpErrors) {
    const prepared = await guest.prepare(timeZone !== UTC, throwHttpErrors);
    if (machine.exports.qjs_is_exception(prepared) !== 0) throw new GuestMemoryExhausted();
  }
  const loaded = await loadProgram(machine, image.entries, { program, compile });
  await runJobs(driven);
  if (!loaded) await finishLoading(driven);
  const rejected = rejections.first();
  if (rejected !== undefined) throw programFailure(program, (await guest.describe(rejected)) ?? "");
}

/** Delivers what arrives until nothing at the program's top level waits any more. */
async function finishLoading(driven: DrivenGuest): Promise<void> {
  const { guest, request } = driven;
  for (let state = await guest.loaded(); !isLoaded(request.program, state); state = await guest.loaded()) {
    const thrown = await deliverNext(driven, () => {
      const [, file = request.program.fileName, line] =
        /^(.*):(\d+):\d+$/.exec(state.slice(STILL_LOADING.length)) ?? [];
      const where = line === undefined ? file : `${file}:${line}`;
      const data = line === undefined ? { file } : { file, line: Number(line) };
      return new Stop("NEVER_SETTLED", `${where}: the top-level await ${NEVER_SETTLES}`, { data });
    });
    if (thrown !== undefined) throw programFailure(request.program, thrown);
  }
}

/** Calls the task's function, and runs the guest until the task has ended and every fetch is finished. */
export async function driveTask(driven: DrivenGuest): Promise<void> {
  const { machine, image, seed, request, guest, outcome, fetches } = driven;
  machine.setRandomState(image, seed);
  const { context, inputJson, throwHttpErrors, durable } = request;
  const rows = durable?.rows === true;
  takeOutput(driven, await guest.start(inputJson, { ...context, throwHttpErrors, rows }));
  await runJobs(driven);
  if (outcome.isSettled && !fetchesOpen(driven)) {
    if (fetches.usage.count > 0 || fetches.unsent) await checkUnobserved(driven);
    return describeUnhandled(driven);
  }
  await finishTask(driven);
}

/** Goes on with a guest that has slept, or that has started and waits, until the task has ended or it sleeps. */
export async function finishTask(driven: DrivenGuest): Promise<void> {
  await driveEvents(driven);
  if (driven.asleep !== undefined) return;
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
  const { outcome } = driven;
  while (driven.asleep === undefined && (!outcome.isSettled || fetchesOpen(driven))) {
    const thrown = await deliverNext(driven, () => new Stop("NEVER_SETTLED", `the task's promise ${NEVER_SETTLES}`));
    // An exception that comes out of it (of a timer's callback) fails the task.
    if (thrown !== undefined) outcome.fail(thrown);
  }
}

/**
 * Delivers the next thing if it has arrived, and otherwise waits until one arrives.
 * @param never creates the reason to end a guest that waits for nothing
 * @returns the guest's description of an exception that came out of it
 */
async function deliverNext(driven: DrivenGuest, never: () => Stop): Promise<string | undefined> {
  const { deliveries, outstanding, waits, guest, durable, memory } = driven;
  const delivery = deliveries.next(outstanding);
  if (delivery === undefined) {
    const onlyDurable = deliveries.timers === 0 && !outstanding.anyButDurable();
    if (onlyDurable && durable?.idle() === true) return undefined;
    if (onlyDurable && !outstanding.any()) throw waits.note(never());
    // Without memory it may have failed to say that it has ended, and no time limit would end such a wait.
    if (onlyDurable && memory.refused !== undefined) throw new GuestMemoryExhausted();
    if (onlyDurable && durable !== undefined) await restOrWait(driven, durable);
    else await waits.outside(deliveries.arrival());
    return undefined;
  }
  durable?.awake();
  durable?.context.steps.deliver(keyOf(delivery.kind, delivery.index));
  const thrown = await guest.deliver(delivery);
  await runJobs(driven);
  if (waits.cancelled) throw waits.note(cancelledStop());
  return thrown;
}

/** Waits for something durable, and puts the guest to sleep if nothing happens for long. */
async function restOrWait(driven: DrivenGuest, durable: GuestDurable): Promise<void> {
  const { deliveries, waits, rejections, outcome } = driven;
  const sleepsIn = outcome.isSettled || rejections.first() !== undefined ? undefined : durable.sleepsIn();
  if (sleepsIn === 0) {
    driven.asleep = driven.fallAsleep();
    if (driven.asleep !== undefined) return;
  }
  // One that can't be put to sleep now may be later, when something else of it has ended.
  const alarm = sleepsIn === undefined || sleepsIn === 0 ? undefined : setTimeout(() => deliveries.look(), sleepsIn);
  try {
    await waits.uncounted(deliveries.arrival());
  } finally {
    clearTimeout(alarm);
  }
}

/** Runs the reactions to promises that are settled. */
async function runJobs({ machine, waits, durable }: DrivenGuest): Promise<void> {
  const { exports } = machine;
  waits.resumeTime();
  while (exports.qjs_is_job_pending() !== 0) {
    durable?.context.steps.job();
    if ((await machine.runJob()) < 0) exports.qjs_free_value(exports.qjs_get_exception());
  }
  durable?.flush();
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

/** Is a fetch under way, or has one ended that the guest has not heard of yet? Was something not sent yet? */
function fetchesOpen({ fetches, sockets, deliveries }: DrivenGuest): boolean {
  return fetches.outstanding > 0 || deliveries.has(DELIVERY.fetch) || sockets.unsent > 0;
}
