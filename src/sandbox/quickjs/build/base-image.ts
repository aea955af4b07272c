import { DEFAULT_LIMITS } from "../../../domain/limits.ts";
import { DELIVERY, OPERATION } from "../../host-operations.ts";
import { type EntryPoints, type MachineImage, PAGE } from "../machine/image.ts";
import { Machine, type MachineHooks } from "../machine/machine.ts";
import { callGuest, keepText, newString } from "../machine/values.ts";

const ENTRY_NAMES = [
  "bind",
  "start",
  "deliver",
  "unobserved",
  "prepare",
  "loaded",
  "describe",
] as const satisfies (keyof EntryPoints)[];
/** Heap size at which the engine first collects garbage: far above a small task's needs, far below any limit. */
/** JS_STRIP_SOURCE of the engine. */
const STRIP_SOURCE = 1 << 4;
const GC_THRESHOLD = 4 * 1024 * 1024;

/**
 * Boots the engine, loads the guest API and takes the image that every machine starts from. This happens once, when
 * Ratchet is built. The image does not depend on the building machine: its clock stands at zero and there is no randomness.
 * @throws {Error} if the guest API does not load
 */
export async function makeBaseImage(module: WebAssembly.Module, guestApi: string): Promise<MachineImage> {
  // Compiled in another machine, because every reset would copy what the compiler leaves in the heap.
  const bytecode = compile(bootMachine(module), guestApi);
  const machine = bootMachine(module);
  const { exports } = machine;

  const global = exports.qjs_get_global();
  const name = keepText(machine, "__ratchetHost");
  exports.qjs_set_prop_string(global, name.pointer, exports.qjs_new_host_function(name.pointer, name.length, 0));

  runBeyondHeap(machine, bytecode);
  const entriesName = keepText(machine, "__ratchetEntries");
  const object = exports.qjs_get_prop_string(global, entriesName.pointer);
  const entries = {} as EntryPoints;
  for (const entry of ENTRY_NAMES) {
    entries[entry] = exports.qjs_get_prop_string(object, keepText(machine, entry).pointer);
  }
  await run(machine, "delete globalThis.__ratchetEntries");

  const randomState = await findRandomState(machine);
  exports.qjs_run_gc();
  return machine.takeImage({
    stackPointer: exports.__stack_pointer.value as number,
    runtime: exports.qjs_get_runtime_ptr(),
    context: exports.qjs_get_context_ptr(),
    entries,
    randomState,
  });
}

/**
 * Creates the image of a machine that has loaded the part for durable methods. Machines of tasks that use them start from it,
 * because the image of a sleeping machine is a difference to it: loaded later, the part would be in every one of them.
 * @param part bytecode
 * @throws {Error} if the part does not load
 */
export async function makeDurableImage(
  module: WebAssembly.Module,
  base: MachineImage,
  part: Uint8Array,
): Promise<MachineImage> {
  const machine = new Machine(module);
  machine.reset(base, DEFAULT_LIMITS.stackBytes);
  const loadPart = (operation: number) => {
    if (operation !== OPERATION.loadPart) throw new Error("the part called its host while loading");
    return evaluateBeyondHeap(machine, part);
  };
  machine.hooks = { ...stillHooks(), hostCall: loadPart };
  const { exports } = machine;
  // There is no such operation, so all that happens is that the part is loaded.
  const values = [exports.qjs_new_number(DELIVERY.durable), exports.qjs_new_number(1), newString(machine, "+")];
  const handle = await callGuest(machine, base.entries.deliver, values);
  if (exports.qjs_is_exception(handle) !== 0) throw new Error(`the part failed to load: ${exceptionText(machine)}`);
  exports.qjs_free_value(handle);
  exports.qjs_run_gc();
  const { memory: _, ...facts } = base;
  return machine.takeImage(facts);
}

/** Compiles a part of the guest API that is loaded later. @throws {Error} if it does not compile */
export function compilePart(module: WebAssembly.Module, code: string): Uint8Array {
  return compile(bootMachine(module), code);
}

function bootMachine(module: WebAssembly.Module): Machine {
  const machine = new Machine(module);
  machine.hooks = stillHooks();
  machine.exports._initialize();
  if (machine.exports.qjs_init() !== 0) throw new Error("the engine did not start");
  machine.exports.qjs_set_gc_threshold(GC_THRESHOLD);
  machine.exports.qjs_set_promise_rejection_handler(1);
  return machine;
}

/** Compiles to bytecode without the source text, which would be part of every machine. */
function compile(machine: Machine, code: string): Uint8Array {
  const { exports } = machine;
  const source = keepText(machine, code);
  const fileName = keepText(machine, "ratchet:guest");
  const lengthOut = exports.wasm_malloc(4);
  const bytecode = exports.qjs_compile(source.pointer, source.length, fileName.pointer, 0, STRIP_SOURCE, lengthOut);
  if (bytecode === 0) throw new Error(`the guest API failed to compile: ${exceptionText(machine)}`);
  const length = new DataView(exports.memory.buffer).getUint32(lengthOut, true);
  return machine.bytes.slice(bytecode, bytecode + length);
}

/**
 * Runs bytecode that lies at the end of the instance's memory, far above the heap: on the heap it would leave a hole that
 * is part of every image and copied with every reset.
 */
function runBeyondHeap(machine: Machine, bytecode: Uint8Array): void {
  if (machine.exports.qjs_is_exception(evaluateBeyondHeap(machine, bytecode)) !== 0) {
    throw new Error(`the guest API failed to load: ${exceptionText(machine)}`);
  }
}

/** @returns the handle of the completion value */
function evaluateBeyondHeap(machine: Machine, bytecode: Uint8Array): number {
  const place = Math.floor((machine.capacity - bytecode.length - 1) / 16) * 16;
  machine.bytes.set(bytecode, place);
  const handle = machine.exports.qjs_eval_bytecode(place, bytecode.length);
  if (machine.pages * PAGE > place) throw new Error("the heap grew into the bytecode of the guest API");
  machine.bytes.fill(0, place, place + bytecode.length); // a guest's new pages have to be empty
  return handle;
}

async function run(machine: Machine, code: string): Promise<void> {
  const source = keepText(machine, code);
  const fileName = keepText(machine, "ratchet:guest");
  const handle = await machine.evaluate(source.pointer, source.length, fileName.pointer, 0);
  machine.exports.wasm_free(fileName.pointer);
  machine.exports.wasm_free(source.pointer);
  if (machine.exports.qjs_is_exception(handle) !== 0)
    throw new Error(`the guest API failed to load: ${exceptionText(machine)}`);
}

function exceptionText(machine: Machine): string {
  const { exports } = machine;
  const message = exports.qjs_get_prop_string(exports.qjs_get_exception(), keepText(machine, "message").pointer);
  const out = exports.wasm_malloc(4);
  const pointer = exports.qjs_get_string_len(message, out);
  const length = new DataView(exports.memory.buffer).getUint32(out, true);
  return new TextDecoder().decode(machine.bytes.subarray(pointer, pointer + length));
}

/**
 * Finds where Math.random keeps its state: the only place whose 64 bits change by the generator's rule when it is called
 * (xorshift64*, Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
 */
async function findRandomState(machine: Machine): Promise<number> {
  await run(machine, "globalThis.__draw = Math.random");
  const before = new DataView(machine.bytes.slice().buffer);
  await run(machine, "__draw()");
  const after = new DataView(machine.exports.memory.buffer);
  await run(machine, "delete globalThis.__draw");
  const found: number[] = [];
  for (let at = 0; at + 8 <= machine.pages * PAGE && at + 8 <= before.byteLength; at += 8) {
    const state = before.getBigUint64(at, true);
    if (state !== 0n && nextRandomState(state) === after.getBigUint64(at, true)) found.push(at);
  }
  const [place] = found;
  if (place === undefined || found.length !== 1) throw new Error(`found ${found.length} places for the random state`);
  return place;
}

function nextRandomState(state: bigint): bigint {
  let x = state;
  x ^= x >> 12n;
  x = BigInt.asUintN(64, x ^ (x << 25n));
  return x ^ (x >> 27n);
}

function stillHooks(): MachineHooks {
  return {
    checkpoint: () => false,
    pause: () => Promise.resolve(),
    mayGrow: () => true,
    hostCall: () => {
      throw new Error("the guest API called its host while loading");
    },
    clock: () => 0n,
    fillRandom: () => {},
    timeZoneOffset: () => 0,
    rejection: () => {},
  };
}
