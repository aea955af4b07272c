import type { Ledger } from "../../domain/ledger.ts";
import { OriginUses } from "./origin-uses.ts";

/** The ledger of several executions together. */
export interface LedgerSum {
  add(ledger: Ledger): void;
  /** Calls and times are sums; the memory is the largest peak. */
  total(): Ledger;
}

/** Creates an empty sum. Its size is bounded like that of one ledger. */
export function createLedgerSum(): LedgerSum {
  const origins = new OriginUses();
  const secrets = new Set<string>();
  const tasks = new Set<string>();
  let cpuMs = 0;
  let peakMemoryBytes = 0;
  return {
    add(ledger) {
      origins.add(ledger.origins);
      for (const name of ledger.secrets) secrets.add(name);
      for (const label of ledger.tasks) tasks.add(label);
      cpuMs += ledger.cpuMs ?? 0;
      peakMemoryBytes = Math.max(peakMemoryBytes, ledger.peakMemoryBytes ?? 0);
    },
    total: () => ({
      origins: origins.list(),
      secrets: [...secrets].sort(),
      tasks: [...tasks].sort(),
      cpuMs,
      peakMemoryBytes,
    }),
  };
}
