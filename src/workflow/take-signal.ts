import type { DurableResult, WaitRequest } from "../domain/durable.ts";
import type { JsonValue } from "../domain/json.ts";
import { completed } from "../execution/durable/results.ts";
import { schemaCheck, signalNamed } from "../execution/durable/signal-schema.ts";
import type { KeptSignal, RunChange } from "../store/contract/runs.ts";
import type { RunJournal } from "./run-journal.ts";

/** What a wait does with the signals that were kept for it. */
export interface SignalChoice {
  /** Changes to be stored: those that do not fit are passed over, and the first that fits is taken. */
  changes: RunChange[];
  /** What the wait resolves to or rejects with; undefined if none fits. */
  result: DurableResult | undefined;
}

/** Chooses among the signals that were sent before the wait, oldest first. */
export async function takeFitting(
  { journal }: { journal: RunJournal },
  { number, request }: { number: number; request: WaitRequest },
  kept: readonly KeptSignal[],
): Promise<SignalChoice> {
  const compiled = await schemaCheck(request.schema, signalNamed(request.name));
  const changes: RunChange[] = [];
  if ("error" in compiled) {
    const result: DurableResult = { ok: false, error: compiled.error };
    return { changes: [{ type: "settle", number, result: await journal.stored(result) }], result };
  }
  for (const { id, text } of kept) {
    const result = await journal.result({ ok: true, text });
    const json = result.ok ? (result.json ?? "null") : "null";
    const problem = compiled.check(JSON.parse(json) as JsonValue);
    if (problem === undefined) {
      const taken = completed(json);
      changes.push({ type: "take", number, signalId: id, result: { ok: true, text } });
      return { changes, result: taken };
    }
    changes.push({ type: "pass", signalId: id, reason: problem.message });
  }
  return { changes, result: undefined };
}
