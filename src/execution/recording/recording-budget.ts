/** Memory that recordings of running executions may take together. */
export interface RecordingBudget {
  /** Takes a part of it. @returns false if there is not so much left */
  take(bytes: number): boolean;
  release(bytes: number): void;
  /** Bytes that are taken now. */
  used(): number;
}

/** Creates a budget. */
export function createRecordingBudget(maxBytes: number): RecordingBudget {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > maxBytes) return false;
      used += bytes;
      return true;
    },
    release(bytes) {
      used -= bytes;
    },
    used: () => used,
  };
}
