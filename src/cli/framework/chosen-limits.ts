import type { ConfigValues } from "../../config/keys.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import { defined } from "../../lib/defined.ts";

/** Returns the limits from the command line or the configuration that override the task's own. */
export function chosenLimits(
  options: { timeout: number | undefined; memory: number | undefined },
  config: ConfigValues,
): Partial<ExecutionLimits> {
  const timeMs = options.timeout ?? config.timeout;
  const memoryBytes = options.memory ?? config.memory;
  return defined({ timeMs, memoryBytes });
}
