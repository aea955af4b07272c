import { dlopen, FFIType, ptr } from "bun:ffi";

/** Has the system provide the pages of a memory now, in one call. The memory starts at a page boundary. */
export type PresentMemory = (memory: Uint8Array) => void;

/** The names of the C library: glibc, musl. */
const C_LIBRARIES = ["libc.so.6", "libc.so"];
/** madvise(2): fault in all pages for writing. It fails before Linux 5.14, and pages then come one by one. */
const MADV_POPULATE_WRITE = 23;
/**
 * A new machine writes to about 160 pages one after the other, and each causes a page fault. On a virtual processor that is
 * more than half of the time it takes to create a machine.
 * @returns undefined if the system has no such call
 */
export function createPresentMemory(): PresentMemory | undefined {
  if (process.platform !== "linux") return undefined;
  for (const library of C_LIBRARIES) {
    try {
      const { symbols } = dlopen(library, {
        madvise: { args: [FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i32 },
      });
      return (memory) => {
        symbols.madvise(ptr(memory), memory.length, MADV_POPULATE_WRITE);
      };
    } catch {
      // no such library on this system: try the next
    }
  }
  return undefined;
}
