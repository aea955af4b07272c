import { processEnvironment } from "../config/environment.ts";

/** Names of the C library: glibc, musl, macOS. */
const C_LIBRARIES = ["libc.so.6", "libc.so", "libSystem.B.dylib"];

/**
 * Options of the run time, which it reads from the environment when it starts: memories without guard regions, and the
 * slowest of the engine's compilers only for what stays hot, since it takes the processor from guests that just began.
 */
const OPTIONS = { BUN_JSC_useWasmFastMemory: "0", BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: "500000" };

/**
 * Has the run time keep WebAssembly memories without guard regions, which a process can only ask for when it starts: so
 * the process becomes a fresh copy of itself with the option in its environment (execve: the same process id, files and
 * arguments). With guard regions the run time keeps eight memories and collects all garbage before each further one, so
 * that the hundredth guest at a time takes 2 ms to make in place of 0.25 ms.
 *
 * Returns when that is done already, or when it can't be: then everything works, more slowly. Call it before anything
 * is read from standard input.
 */
export async function restartForManyGuests(): Promise<void> {
  const env = processEnvironment();
  const compiled = process.argv[1]?.startsWith("/$bunfs/") === true;
  if (!compiled || env.BUN_JSC_useWasmFastMemory !== undefined || process.platform === "win32") return;
  const { dlopen, FFIType, ptr } = await import("bun:ffi");
  const kept: Uint8Array[] = []; // what the pointers point to has to stay
  const text = (value: string) => {
    const bytes = new TextEncoder().encode(`${value}\0`);
    kept.push(bytes);
    return ptr(bytes);
  };
  const list = (values: string[]) => {
    const pointers = new BigUint64Array([...values.map((value) => BigInt(text(value))), 0n]);
    kept.push(new Uint8Array(pointers.buffer));
    return ptr(pointers);
  };
  const variables = Object.entries({ ...env, ...OPTIONS });
  for (const library of C_LIBRARIES) {
    try {
      const { symbols } = dlopen(library, {
        execve: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
      });
      const environment = list(variables.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])));
      symbols.execve(text(process.execPath), list([process.execPath, ...process.argv.slice(2)]), environment);
      return; // only a failure returns
    } catch {
      // no such library on this system: try the next
    }
  }
}
