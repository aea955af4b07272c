import type { Executor } from "../../../src/sandbox/executor.ts";
import { controlScenarios } from "./control.ts";
import { hostileScenarios } from "./hostile.ts";
import { methodScenarios } from "./methods.ts";
import { repeatingScenarios } from "./repeating.ts";
import { sleepingScenarios } from "./sleeping.ts";
import { stepScenarios } from "./steps.ts";
import { streamScenarios } from "./streams.ts";

/** What every executor has to do for durable runs with every engine. */
export function durableScenarios(executor: () => Executor): void {
  methodScenarios(executor);
  stepScenarios(executor);
  repeatingScenarios(executor);
  controlScenarios(executor);
  sleepingScenarios(executor);
  streamScenarios(executor);
  hostileScenarios(executor);
}
