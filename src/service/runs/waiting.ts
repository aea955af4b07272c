import type { ExecutionRecord } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import type { StreamWait } from "../../store/contract/run-streams.ts";
import type { StoredOperation } from "../../store/contract/runs.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { textMasker } from "./text-masker.ts";

/** Something that a run waits for. */
export interface Waiting {
  kind: StoredOperation["kind"] | StreamWait["kind"];
  /** Of the step, signal or task, the title of an approval, or the time at which a sleep ends; of items, the step that writes them. */
  name: string;
  /** The name of the step of a workflow file. */
  label: string | null;
  /** When it ends by the passing of time alone, ms since the epoch; null if never. */
  dueAt: number | null;
  /** The job of a call, or that writes items. */
  jobId: number | null;
}

/** Most operations that are listed for one run. */
export const MOST_WAITING = 100;

/** Returns the execution whose run may wait for something; null if the job has no such run. */
export function waitingRunOf({ status, runId }: Pick<Job, "status" | "runId">): number | null {
  return status === "sleeping" || status === "paused" || status === "processing" ? runId : null;
}

/** May the run of an execution wait for something? */
export function mayWait({ status }: Pick<ExecutionRecord, "status">): boolean {
  return status === "sleeping" || status === "paused" || status === "running";
}

/** Returns what runs wait for, by execution: at most {@link MOST_WAITING} each, in the order of the calls. */
export async function readWaiting(
  { store, vault }: Pick<ServiceDependencies, "store" | "vault">,
  executionIds: readonly number[],
): Promise<Map<number, Waiting[]>> {
  const masker = await textMasker(vault);
  const found = executionIds.map(async (id): Promise<[number, Waiting[]]> => {
    const open = await store.runs.open(id, MOST_WAITING);
    const operations = open.map(
      ({ kind, name, label, dueAt, childJobId }): Waiting => ({
        kind,
        name: masker.text(name),
        label,
        dueAt,
        jobId: childJobId,
      }),
    );
    return [id, [...operations, ...(await store.runs.streamWaits(id)).map(ofStream)]];
  });
  return new Map(await Promise.all(found));
}

function ofStream({ kind, source }: StreamWait): Waiting {
  return { kind, name: source?.label ?? "", label: null, dueAt: null, jobId: source?.jobId ?? null };
}
