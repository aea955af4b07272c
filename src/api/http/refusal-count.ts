import { AUDIT_OK, type AuditDraft } from "../../domain/audit.ts";
import { addressGroup } from "../../lib/address-blocks.ts";
import type { Clock, Timer } from "../../lib/clock.ts";

/** Stores what was refused. @param count how many refusals it stands for */
export type StoreRefusal = (draft: AuditDraft, outcome: string, count: number) => void;

/** Keeps a flood of refused requests from filling the audit log. */
export interface RefusalCount {
  add(draft: AuditDraft, outcome: string): void;
  /** Stores what was only counted so far. */
  flush(): void;
}

const PERIOD_MS = 60_000;
/** So many refusals of one actor, address and outcome have entries of their own within a period. */
const MOST_OF_ONE = 100;
/** So many refusals in all have entries of their own within a period. */
const MOST_OF_ALL = 3_000;

interface Counted {
  draft: AuditDraft;
  outcome: string;
  stored: number;
  /** Refusals without an entry of their own. */
  more: number;
}

/**
 * Creates the count. Beyond the limits, equal refusals of a minute become one entry with their number, whose action and
 * target are those of the first of them. In a flood from many addresses they have no address.
 */
export function createRefusalCount(store: StoreRefusal, clock: Pick<Clock, "after">): RefusalCount {
  let kinds = new Map<string, Counted>();
  let total = 0;
  let timer: Timer | undefined;

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    const ended = kinds;
    kinds = new Map();
    total = 0;
    for (const { draft, outcome, more } of ended.values()) if (more > 0) store(draft, outcome, more);
  }

  function kindOf(draft: AuditDraft, outcome: string): Counted {
    const isFlood = total >= MOST_OF_ALL;
    const kept = isFlood ? { ...draft, actor: "anonymous", address: "" } : draft;
    const key = `${kept.actor}\n${outcome}\n${addressGroup(kept.address)}`;
    const known = kinds.get(key);
    if (known !== undefined && known.more > 0) return known;
    const kind = { draft: kept, outcome, stored: known?.stored ?? 0, more: 0 };
    kinds.set(key, kind);
    return kind;
  }

  return {
    add(draft, outcome) {
      timer ??= clock.after(PERIOD_MS, flush);
      const kind = kindOf(draft, outcome);
      total += 1;
      if (kind.stored >= MOST_OF_ONE || total > MOST_OF_ALL) {
        kind.more += 1;
        return;
      }
      kind.stored += 1;
      store(draft, outcome, 1);
    },
    flush,
  };
}

/** Returns the outcome in the audit log of what threw an error. */
export function outcomeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code !== AUDIT_OK ? code : "INTERNAL";
}
