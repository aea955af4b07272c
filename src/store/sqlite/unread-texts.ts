import type { ExecutionDetail } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import { UNREAD } from "./brief-text.ts";
import type { StoredTexts } from "./stored-texts.ts";
import type { TextPlace } from "./text-places.ts";

/** Reads the inputs that are still unread. @returns the jobs that were not deleted in the meantime */
export async function readInputs<T extends Job>(texts: StoredTexts, jobs: T[]): Promise<T[]> {
  const unread = jobs.filter(({ inputJson }) => inputJson === UNREAD);
  if (unread.length === 0) return jobs;
  const found = await texts.read(unread.map(({ id }): TextPlace => ({ of: "job", id })));
  const gone = new Set<T>();
  for (const [index, job] of unread.entries()) {
    const text = found[index];
    if (text === undefined) gone.add(job);
    else job.inputJson = text;
  }
  return gone.size === 0 ? jobs : jobs.filter((job) => !gone.has(job));
}

/** Reads the inputs and outputs that are still unread. @returns the executions that were not deleted in the meantime */
export async function readDetails(texts: StoredTexts, executions: ExecutionDetail[]): Promise<ExecutionDetail[]> {
  const missing = executions.flatMap((execution) => unreadOf(execution));
  if (missing.length === 0) return executions;
  const found = await texts.read(missing.map(({ place }) => place));
  const gone = new Set<ExecutionDetail>();
  for (const [index, { execution, member }] of missing.entries()) {
    const text = found[index];
    if (text === undefined) gone.add(execution);
    else execution[member] = text;
  }
  return gone.size === 0 ? executions : executions.filter((execution) => !gone.has(execution));
}

interface UnreadMember {
  execution: ExecutionDetail;
  member: "inputJson" | "outputJson";
  place: TextPlace;
}

function unreadOf(execution: ExecutionDetail): UnreadMember[] {
  const { id } = execution;
  const unread: UnreadMember[] = [];
  if (execution.inputJson === UNREAD) {
    unread.push({ execution, member: "inputJson", place: { of: "input", id } });
  }
  if (execution.outputJson === UNREAD) unread.push({ execution, member: "outputJson", place: { of: "output", id } });
  return unread;
}
