/**
 * Options of the runtime, which it reads from the environment when the process starts and never again. On Linux the
 * executable's first instructions set those that the user did not set (build/elf-start.ts); elsewhere a command that
 * needs them starts the process once more (src/cli/restart-in-place.ts).
 */
export const START_OPTIONS: Readonly<Record<string, string>> = {
  /**
   * WebAssembly memories in reserved address space. Beyond the default of eight, the runtime collects all garbage
   * before it makes a memory, and then copies that memory whenever it grows.
   */
  BUN_JSC_maxNumWasmFastMemories: "1024",
  /**
   * The slowest of the runtime's compilers takes only what stays hot: it takes the processor from guests that just
   * began.
   */
  BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: "5000000",
  /** For the same reason, its counterpart for JavaScript. */
  BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: "1000000",
  /**
   * The first of them leaves out large functions: the engine's interpreter loop took it 30 MB, and became no faster.
   */
  BUN_JSC_maximumOMGCandidateCost: "5000",
  /**
   * As many outbound connections as there are ports, in place of 256 that one task could take from all others:
   * `http.max_connections` is the limit.
   */
  BUN_CONFIG_MAX_HTTP_REQUESTS: "65535",
};

/** An environment for child processes: without the options that this process was started with. */
export function withoutStartOptions<T>(env: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => START_OPTIONS[name] !== value));
}
