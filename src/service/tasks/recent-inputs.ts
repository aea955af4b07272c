import type { ShareableText } from "../../domain/shared-text.ts";
import { readText } from "../../domain/shared-text.ts";
import { hasStandIn } from "../../secrets/masking/stored-input.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { listedItems } from "../request-checks.ts";
import { findTask, type TaskReference } from "./find-task.ts";

/** An input that a job of a task had. */
export interface RecentInput {
  inputJson: ShareableText;
  /** The latest job with this input. */
  jobId: number;
  /** When that job was created, ms since the epoch. */
  at: number;
}

/** Number of inputs if the request does not say. */
export const USUAL_INPUTS = 10;

/** The latest jobs that are looked at, and the total size of their inputs in bytes. */
const MAX_JOBS = 200;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Returns the different inputs of a task's latest jobs, newest first. Inputs with a secret are left out: what is stored of
 * them can't be sent again.
 * @throws {RatchetError} TASK_NOT_FOUND
 */
export async function recentInputs(
  { store }: Pick<ServiceDependencies, "store">,
  reference: TaskReference,
  requested: number | undefined,
): Promise<RecentInput[]> {
  const limit = listedItems(requested, USUAL_INPUTS, "/limit");
  const { id: taskId } = await findTask(store.tasks, reference);
  const { items } = await store.jobs.list({ taskId }, { limit: MAX_JOBS, maxBytes: MAX_BYTES });
  const found = new Map<string, RecentInput>();
  for (const { id, inputJson, createdAt } of items) {
    const text = readText(inputJson);
    if (found.size === limit) break;
    if (!found.has(text) && !hasStandIn(inputJson)) found.set(text, { inputJson, jobId: id, at: createdAt });
  }
  return [...found.values()];
}
