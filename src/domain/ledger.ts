/** What an execution did with one origin. */
export interface OriginUse {
  /** Scheme, host and port as in a URL, such as `https://api.example.com`; {@link OTHER_ORIGINS} for several together. */
  origin: string;
  /** Number of calls by method. */
  methods: Record<string, number>;
  /** Number of calls. A call that was redirected counts for each origin that it led to, one that was retried counts once. */
  count: number;
  /** Bodies and messages that were sent, in bytes. */
  bytesSent: number;
  /** Bodies and messages that arrived, decoded, in bytes. */
  bytesReceived: number;
  /** Calls without a complete response, and those whose response had a status of 500 or more. */
  failures: number;
}

/** What an execution touched. */
export interface Touched {
  origins: OriginUse[];
  /** Names of the secrets whose value it read, and of those with hosts that were put into its requests. */
  secrets: string[];
  /** Labels of the tasks that it called. */
  tasks: string[];
}

/** What an execution touched, and what it cost. */
export interface Ledger extends Touched {
  /** See `ResourceUsage`; null if unknown. */
  cpuMs: number | null;
  peakMemoryBytes: number | null;
}

/** Maximum number of origins, of secrets and of tasks that a ledger names. */
export const MOST_IN_LEDGER = 500;

/** Stands in a ledger for all origins beyond the first {@link MOST_IN_LEDGER}. */
export const OTHER_ORIGINS = "*";

/** Returns the ledger of an execution. @param touched undefined if it touched nothing */
export function ledgerOf(touched: Touched | undefined, usage: Pick<Ledger, "cpuMs" | "peakMemoryBytes">): Ledger {
  const { origins = [], secrets = [], tasks = [] } = touched ?? {};
  const { cpuMs, peakMemoryBytes } = usage;
  return { origins, secrets, tasks, cpuMs, peakMemoryBytes };
}
