import type { RunStore, Settlement } from "../../contract/runs.ts";
import { UNREAD } from "../brief-text.ts";
import type { Sql } from "../connection.ts";
import type { StoredTexts } from "../stored-texts.ts";
import type { TextPlace } from "../text-places.ts";
import type { Writer } from "../writer.ts";
import { decideApproval, listApprovals, readApproval } from "./approvals.ts";
import { callDepth } from "./call-depth.ts";
import { keepEngine, readEngine } from "./engines.ts";
import { loadRun, readOpen, readOperations, readWaits } from "./load-run.ts";
import { readLongResults } from "./long-results.ts";
import { readSettlements } from "./settlements.ts";
import { keptSignals } from "./signal-rows.ts";
import { readSent, sendSignal } from "./signals.ts";
import { readPart } from "./stream-part.ts";
import { readStreamWaits, readUse } from "./streams.ts";

/** Runs over SQLite. */
export function createRunStore(sql: Sql, writer: Writer, texts: StoredTexts): RunStore {
  return {
    async load(executionId) {
      const run = loadRun(sql, executionId);
      if (run === undefined) return undefined;
      await readLongResults(sql, run.operations);
      await readOutputs(texts, run.settlements);
      return run;
    },
    async settlements(executionId, numbers) {
      const settlements = readSettlements(
        sql,
        numbers.map((number) => ({ executionId, number })),
      );
      await readOutputs(texts, settlements);
      return settlements.sort((a, b) => a.order - b.order);
    },
    depth: async (executionId) => callDepth(sql, executionId),
    dropImage: (executionId) =>
      writer.write(({ sql: write }) => {
        write.run("DELETE FROM run_images WHERE execution_id = ?", executionId);
      }),
    engine: async (engine) => readEngine(sql, engine),
    keepEngine: (engine) => writer.write((tx) => keepEngine(tx, engine), engine.content.byteLength),
    operations: async (executionId, limit, after) => readOperations(sql, executionId, limit, after),
    waits: async (executionId, name) => readWaits(sql, executionId, name),
    open: async (executionId, limit) => readOpen(sql, executionId, limit),
    kept: async (jobId, name, limit, after = 0) => keptSignals(sql, jobId, name, { limit, after }),
    signal: (signal) => writer.write((tx) => sendSignal(tx, signal), signal.text.length),
    sent: async (jobId, key, name) => readSent(sql, { jobId, key, name }),
    approvals: async (filter, page) => listApprovals(sql, filter, page),
    approval: async (id) => readApproval(sql, id),
    decide: (decision) => writer.write((tx) => decideApproval(tx, decision)),
    streamUse: async (jobId) => readUse(sql, jobId),
    streamWaits: async (executionId) => readStreamWaits(sql, executionId),
    streamPart: async (jobId, from, limits) => readPart(sql, jobId, from, limits),
    items: async (executionId, after, limit) =>
      sql.all<{ item: number; text: string }>(
        "SELECT item, text FROM run_items WHERE execution_id = ? AND item > ? ORDER BY item LIMIT ?",
        executionId,
        after,
        limit,
      ),
  };
}

/** Reads the outputs of children that are still unread. */
export async function readOutputs(texts: StoredTexts, settlements: readonly Settlement[]): Promise<void> {
  const unread = settlements
    .flatMap(({ child, children = [] }) => (child === undefined ? children : [child]))
    .filter(({ outputJson }) => outputJson === UNREAD);
  if (unread.length === 0) return;
  const found = await texts.read(unread.map(({ executionId }): TextPlace => ({ of: "output", id: executionId ?? 0 })));
  for (const [index, child] of unread.entries()) {
    const text = found[index];
    // Deleted in the meantime.
    if (text === undefined) Object.assign(child, { status: "gone", outputJson: null });
    else child.outputJson = text;
  }
}
