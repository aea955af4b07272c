import type { DurableContext } from "./context.ts";
import { lockBuiltIns } from "./lock-built-ins.ts";
import type { Plan } from "./plan.ts";
import { runWorkflow } from "./run-workflow.ts";
import type { Expression } from "./values.ts";

/**
 * Makes the function of a task from a workflow. The build makes a text of this file that becomes a part of the program of each
 * workflow; `compile-workflow.ts` writes the call.
 */
export default function workflow(plan: Plan, expressions: readonly Expression[]) {
  if (expressions.length > 0) lockBuiltIns();
  return (input: unknown, context: DurableContext): Promise<unknown> => runWorkflow(plan, expressions, input, context);
}
