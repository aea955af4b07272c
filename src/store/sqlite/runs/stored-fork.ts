import type { ForkedJournal, NewJob } from "../../../domain/job.ts";

/** What the row of a job has of {@link ForkedJournal}. */
interface StoredFork extends Omit<ForkedJournal, "seed"> {
  /** Base64. */
  seed: string;
}

/** Returns what is stored of what a forked run begins with; undefined for all other jobs. */
export function storedFork({ journal }: NewJob): StoredFork | undefined {
  return journal && { ...journal, seed: Buffer.from(journal.seed).toString("base64") };
}

/** Reads what a forked run begins with. @param extra what the row of its job has of it */
export function readFork(extra: string | null): ForkedJournal | undefined {
  const { fork } = extra === null ? {} : (JSON.parse(extra) as { fork?: StoredFork });
  return fork && { ...fork, seed: Buffer.from(fork.seed, "base64") };
}
