/** What is the same for all writes of a thread. */
export interface WriteSettings {
  /** How long a job waits for a task that no source has, ms. */
  missingWaitMs: number;
  /** Texts of so many bytes may be deleted here at once. */
  mostDeletedBytes: number;
  /** Journals of so many bytes may be copied here at once. */
  mostCopiedBytes: number;
  /** So many jobs may be changed here at once. */
  mostChangedJobs: number;
}
