import { processEnvironment } from "../../config/environment.ts";
import { START_OPTIONS } from "../../config/start-options.ts";

/**
 * Restarts the process in place (execve: same process id, files and arguments) with the options for many guests in its
 * environment, because the runtime reads them only when it starts. Only macOS needs this; on Linux the executable does it
 * by itself. Returns if a restart is not needed or not possible. Call it before reading standard input.
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
    // Everything also works without the options, but more slowly.
  }
}
