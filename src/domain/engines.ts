/**
 * The names of the engines that can run a task: the values of `engine` in metadata.json and of `--engine`. The table
 * in sandbox/engines.ts has the engine itself for each name.
 */
export const ENGINE_NAMES = ["quickjs"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Runs a task whose metadata chooses no engine. */
export const DEFAULT_ENGINE: EngineName = "quickjs";
