import type { ChildEnd } from "./child-end.ts";

/** How far those are who read the stream of a job. */
export interface StreamUse {
  /** The slowest of them has done with the items before this number; null if nobody reads it now. */
  taken: number | null;
  /** All who were to read it have done so, and read no more. */
  isUnread: boolean;
}

/** What a job finds in the stream that is its input. */
export interface StreamPart {
  /** The job that writes it; 0 if the run had not called it. */
  sourceId: number;
  /** The label of the call that has started it. */
  source: string;
  /** JSON of items, as the host stores them, in the order of their numbers. */
  items: string[];
  /** How the source ended, if these are its last items. */
  end: ChildEnd | null;
  /** Nobody read the stream any more before it had ended, so that items may be missing at its end. */
  isCut: boolean;
}

/** What one read takes at most. */
export interface PartLimits {
  items: number;
  /** Of the texts. One item is read in any case. */
  bytes: number;
}

/** What a sleeping run waits for in the streams of others. */
export interface StreamWait {
  /** `items` of the stream that it reads, or `room` in its own. */
  kind: "items" | "room";
  /** For items: the label of the call that has started the job which writes them, and that job. */
  source: { label: string; jobId: number } | null;
}

/** Streams between the jobs that a run has started. */
export interface StreamStore {
  /** @param jobId that writes it */
  streamUse(jobId: number): Promise<StreamUse>;
  /** What the run of an execution sleeps for; empty if it does not sleep, or for something else. */
  streamWaits(executionId: number): Promise<StreamWait[]>;
  /** @param jobId that reads @param from the number of the first item */
  streamPart(jobId: number, from: number, limits: PartLimits): Promise<StreamPart>;
}
