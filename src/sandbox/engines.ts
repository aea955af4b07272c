import type { EngineName } from "../domain/engines.ts";
import type { EngineDefinition } from "./engine/engine.ts";
import { QUICKJS } from "./quickjs/definition.ts";

/** The engines of this build. docs/architecture.md says how to add one. */
export const ENGINES = { quickjs: QUICKJS } as const satisfies Record<EngineName, EngineDefinition>;
