import { DEFAULT_ENGINE, ENGINE_NAMES } from "../../domain/engines.ts";
import type { ArgDefinition } from "./command.ts";

/** `--engine` of the commands that run tasks. */
export const ENGINE_OPTION = {
  type: "enum",
  options: [...ENGINE_NAMES],
  valueHint: "NAME",
  description: `The engine that runs the task: ${ENGINE_NAMES.join(", ")}. Default: the task's own, else ${DEFAULT_ENGINE}.`,
} as const satisfies ArgDefinition;
