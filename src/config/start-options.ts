/**
 * Options that the runtime only reads from the environment when the process starts. On Linux the executable's first
 * instructions set those that the user did not set (build/elf-start.ts). Elsewhere, commands that need them restart the
 * process (src/cli/framework/restart-in-place.ts).
 */
export const START_OPTIONS: Readonly<Record<string, string>> = {
  /**
   * Number of WebAssembly memories in reserved address space. Beyond the default of eight, the runtime collects all
   * garbage before it creates a memory, and then copies that memory whenever it grows.
   */
  BUN_JSC_maxNumWasmFastMemories: "1024",
  /**
   * The slowest of the runtime's compilers only compiles code that stays hot, because it takes processor time from
   * guests that have just started.
   */
  BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: "5000000",
  /** The same for its counterpart for JavaScript. */
  BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: "1000000",
  /** The first compiler skips large functions: the engine's interpreter loop took 30 MB, and became no faster. */
  BUN_JSC_maximumOMGCandidateCost: "5000",
  /**
   * As many outbound connections as there are ports, instead of 256, which one task could use up. The limit is
   * `http.max_connections`.
   */
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65535",
  /**
   * The allocator keeps the free parts of pages that are still in use. To return them to the system, and to fault them
   * in again, took a quarter of the processor time of a busy server. Pages that are free as a whole are still returned.
   */
  MIMALLOC_PURGE_HOLES: "0",
};

/** Returns an environment for child processes, without the options that this process was started with. */
export function withoutStartOptions<T>(env: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => START_OPTIONS[name] !== value));
}
