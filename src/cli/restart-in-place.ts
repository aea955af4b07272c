import { processEnvironment } from "../config/environment.ts";

/** Names of the C library: glibc, musl, macOS. */
const C_LIBRARIES = ["libc.so.6", "libc.so", "libSystem.B.dylib"];

/**
 * Options of the run time, which it reads from the environment when it starts: room for many WebAssembly memories; the
 * slowest compilers of the engine, for WebAssembly and for JavaScript, only for what stays hot, since they take the
 * processor from guests that just began; and as many outbound connections as there are ports, in place of 256 that one task could take from all others
 * (`http.max_connections` is the limit then).
 */
const OPTIONS = {
  BUN_JSC_maxNumWasmFastMemories: "1024",
  BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: "5000000",
  BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: "1000000",
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65535",
};

/**
 * Has the run time keep more than its usual eight WebAssembly memories in reserved address space. Before each further
 * one it collects all garbage, so that the hundredth guest at a time takes 2 ms to make in place of 0.25 ms, and then
 * copies that one's memory whenever it grows. A process can only ask for more when it starts: so it becomes a fresh
 * copy of itself with the option in its environment (execve: the same process id, files and arguments).
 *
 * Returns when that is done already, or when it can't be: then everything works, more slowly. Call it before anything
 * is read from standard input.
 */
export async function restartForManyGuests(): Promise<void> {
  const env = processEnvironment();
  const compiled = process.argv[1]?.startsWith("/$bunfs/") === true;
  if (!compiled || env.BUN_JSC_maxNumWasmFastMemories !== undefined || process.platform === "win32") return;
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
