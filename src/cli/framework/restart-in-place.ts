import { processEnvironment } from "../../config/environment.ts";
import { START_OPTIONS } from "../../config/start-options.ts";

/**
 * Makes the process a fresh copy of itself (execve: the same process id, files and arguments) with the options for many
 * guests in its environment, since the runtime reads them only when it starts. Needed on macOS alone: on Linux the
 * executable sees to that itself. Returns when it is not needed or can't be done. Call it before anything is read from
 * standard input.
 */
export async function restartForManyGuests(): Promise<void> {
  const env = processEnvironment();
  const compiled = process.argv[1]?.startsWith("/$bunfs/") === true;
  if (!compiled || env.BUN_JSC_maxNumWasmFastMemories !== undefined || process.platform !== "darwin") return;
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
  const variables = Object.entries({ ...START_OPTIONS, ...env });
  const environment = list(variables.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])));
  try {
    const { symbols } = dlopen("libSystem.B.dylib", {
      execve: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
    });
    symbols.execve(text(process.execPath), list([process.execPath, ...process.argv.slice(2)]), environment);
  } catch {
    // Everything works without the options, more slowly.
  }
}
