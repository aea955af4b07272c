import { DEFAULT_LIMITS } from "../../../domain/limits.ts";
import { UTC } from "../../../domain/time-zone.ts";
import type { EngineRequest, ExecutionPort } from "../../engine/engine-request.ts";
import { markCalls, markName } from "../../wasm/mark-calls.ts";
import { createCryptoGate } from "../host/cryptography/crypto-gate.ts";
import { frameReader } from "../host/task-frames.ts";
import type { MachineImage } from "../machine/image.ts";
import { Machine } from "../machine/machine.ts";
import { GuestRun } from "../run/guest-run.ts";
import { createThreadTime } from "../run/thread-time.ts";

/**
 * Programs that use what small tasks usually use. The functions that they call stay in the part of the engine that a
 * single run compiles. All others still work, but their first call compiles the other part.
 */
const USUAL_PROGRAMS: readonly string[] = [
  "(function (input) { return { sum: input.num1 + input.num2 }; })",
  "function main(input) { const { name = 'x', list = [] } = input; return { text: 'Hello, '.concat(name) + `!`, n: list.length }; }\nmain;",
  "module.exports = { main: async (input) => { let total = 0; for (const item of input.list) total += item; return total; } };",
  `const main = (input) => {
     const upper = input.name.toUpperCase().trim().split(" ").join("-");
     const doubled = input.list.map((n) => n * 2).filter((n) => n > 2).reduce((a, b) => a + b, 0);
     const keys = Object.keys(input).concat(Object.entries(input).map(([key]) => key));
     const copy = { ...input, list: [...input.list], nested: { when: new Date(0).toISOString() } };
     try { JSON.parse("{"); } catch (error) { copy.message = error.message; }
     return { upper, doubled, keys, copy, max: Math.max(...input.list), rounded: Math.round(2.5), fixed: (1.5).toFixed(2) };
   };
   main;`,
  "async (input) => { await Promise.all([1, 2].map(async (n) => n)); console.log('done', input); return input.name ?? null; }",
  "class Adder { #sum = 0; add(n) { this.#sum += n; return this; } get sum() { return this.#sum; } }\nfunction main(input) { return new Adder().add(1.5).add(2).sum; }",
  "(input) => { if (!input.missing) throw new ValidationError('missing is required'); return 1; }",
  "(input) => { throw new Error('no'); }",
  "(input) => { const at = Date.now(); return { at, random: Math.random(), includes: input.name.includes('d'), n: parseInt('12', 10), s: String(1.25) }; }",
];
const USUAL_INPUT = { num1: 5, num2: 10.5, name: "some body", list: [1, 2, 3], flag: true, none: null };

/** Finds out which defined functions of the engine the usual programs call. */
export async function usualFunctions(engine: Uint8Array, image: MachineImage): Promise<(i: number) => boolean> {
  const { module } = markCalls(engine);
  const machine = new Machine(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>));
  const thread = {
    gate: createCryptoGate(),
    time: createThreadTime(),
    frames: frameReader,
    sharesOutputs: false,
    parts: () => undefined,
  };
  for (const code of USUAL_PROGRAMS) {
    machine.reset(image, DEFAULT_LIMITS.stackBytes);
    const run = new GuestRun({ machine, image, request: requestFor(code), port: QUIET_PORT, thread });
    await run.run({ compile: false });
  }
  const marks = machine.exports as unknown as Record<string, WebAssembly.Global | undefined>;
  return (i) => marks[markName(i)]?.value === 1;
}

function requestFor(code: string): EngineRequest {
  return {
    program: { id: code, code, fileName: "main.js" },
    inputJson: JSON.stringify(USUAL_INPUT),
    context: {
      executionId: "usual",
      attempt: 1,
      task: { uuid: "usual", version: "1.0.0", label: "usual" },
      secrets: {},
    },
    limits: DEFAULT_LIMITS,
    throwHttpErrors: false,
    record: false,
    replay: undefined,
    fixed: undefined,
    timeZone: UTC,
  };
}

const QUIET_PORT: ExecutionPort = {
  fetch: () => Promise.reject(new Error("the usual programs make no requests")),
  openSocket: () => () => {},
  log: () => {},
  progress: () => {},
  secretRead: () => {},
  cancelled: () => false,
  onCancel: () => () => {},
  waits: () => {},
  resumes: () => {},
  useMemory: () => undefined,
  takeMemory: () => {},
};
