import type { DurableResult } from "../domain/durable.ts";
import type { Settlement } from "../store/contract/runs.ts";
import { callResult, mapResult } from "./child-results.ts";
import type { AskedOperation } from "./open-operation.ts";
import type { RunHostOptions } from "./run-host-options.ts";

/** What the result of a settlement is read with. */
export interface SettlementContext extends Pick<RunHostOptions, "labelOf" | "protection"> {
  /** What was asked for. */
  asked: AskedOperation | undefined;
}

/** Returns what an operation resolves to or rejects with: from the ends of its children, if it has any. */
export async function settlementResult(
  { result, child, children }: Pick<Settlement, "result" | "child" | "children">,
  { labelOf, protection, asked }: SettlementContext,
): Promise<DurableResult> {
  if (child !== undefined) return callResult(child, await labelOf(child.taskId));
  if (children !== undefined && asked?.request.kind === "map") {
    const [first] = children;
    const task = first === undefined ? asked.request.task : await labelOf(first.taskId);
    return mapResult(asked.request, children, { task, refused: asked.refused });
  }
  return JSON.parse(await protection.restore(result.text)) as DurableResult;
}
