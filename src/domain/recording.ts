/** What a server keeps of an execution for replays. */
export interface KeptRecording {
  /** The files of a session folder as JSON, compressed with zstd; null if they were dropped. */
  content: Uint8Array | null;
  /** Why they were dropped, as a sentence; null if they were not. */
  reason: string | null;
}

/** What the host delivers into a guest, as far as its order matters to a replay. */
export const DELIVERY_KINDS = ["fetch", "timer", "crypto", "body", "upload", "socket"] as const;

/** One of the {@link DELIVERY_KINDS}. */
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/**
 * Everything in an execution that its program and input do not determine, except HTTP bodies, which are in the HAR. It
 * makes a replay take the same path.
 */
export interface Journal {
  /** Seed of Math.random, 16 hex digits (64 bits, never zero). */
  seed: string;
  /** Start of the execution, in ms since the epoch. */
  startedAt: number;
  /** The time zone that the task's dates were in, an IANA name. */
  timeZone: string;
  /**
   * Clock reads in order, run-length encoded: `[value in ns as a decimal string, number of reads with this value]`.
   * Values are absolute.
   */
  clock: [nanoseconds: string, reads: number][];
  /** Bytes from the random source, base64, in order. */
  random: string[];
  /** What the host's Intl and time zones said, in order, run-length encoded: `[JSON text, number of times in a row]`. */
  hostTexts: [text: string, times: number][];
  /** Deliveries into the guest, in order. `index` numbers fetches or timers from 0 in the order of the calls. */
  deliveries: { kind: DeliveryKind; index: number }[];
}
