import { ANONYMOUS, AUDIT_OK, type AuditDraft, LOCAL } from "../../domain/audit.ts";
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
/** So many refusals of one caller with the same outcome have entries of their own within a period. */
const MOST_OF_ONE = 100;
/** So many entries are stored within a period before all further refusals are counted, for each {@link Share}. */
const MOST_OF_ALL = 3_000;

/** Refusals that share one limit. Anyone can send requests without credentials, so these must not use up that of others. */
interface Share {
  /** How many entries were begun in this period. */
  entries: number;
  /** How many entries of their own the refusals of each caller and outcome have. */
  own: Map<string, number>;
  /** What is only counted, by caller (or, in a flood, by actor), action and outcome. */
  counted: Map<string, Counted>;
}

/** Refusals that get one entry at the end of the period. */
interface Counted {
  /** What they have in common. */
  draft: AuditDraft;
  outcome: string;
  count: number;
}

/**
 * Creates the count. Beyond the limits, the refusals of a minute with the same caller, action and outcome become one entry
 * with their number. In a flood from many addresses, those without credentials have one entry for each action and outcome.
 * The target and the address of such an entry are those that all its refusals have.
 */
export function createRefusalCount(store: StoreRefusal, clock: Pick<Clock, "after">): RefusalCount {
  let anonymous = newShare();
  let identified = newShare();
  let timer: Timer | undefined;

  function flush(): void {
    timer?.cancel();
    timer = undefined;
    const ended = [anonymous, identified];
    anonymous = newShare();
    identified = newShare();
    for (const { counted } of ended) {
      for (const { draft, outcome, count } of counted.values()) store(draft, outcome, count);
    }
  }

  return {
    add(draft, outcome) {
      timer ??= clock.after(PERIOD_MS, flush);
      const share = draft.actor === ANONYMOUS ? anonymous : identified;
      if (take(share, draft, outcome)) store(draft, outcome, 1);
    },
    flush,
  };
}

const newShare = (): Share => ({ entries: 0, own: new Map(), counted: new Map() });

/** Returns true if a refusal gets an entry of its own. Otherwise, it is counted. */
function take(share: Share, draft: AuditDraft, outcome: string): boolean {
  const caller = callerOf(draft);
  const kind = `${caller}\n${outcome}`;
  const own = share.own.get(kind) ?? 0;
  if (own < MOST_OF_ONE && share.entries < MOST_OF_ALL) {
    share.own.set(kind, own + 1);
    share.entries += 1;
    return true;
  }
  const ofCaller = keyOf(caller, draft, outcome);
  // A caller that has an entry keeps it in a flood.
  const isFlood = share.entries >= MOST_OF_ALL && !share.counted.has(ofCaller);
  const key = isFlood ? keyOf(draft.actor, draft, outcome) : ofCaller;
  const known = share.counted.get(key);
  if (known === undefined) {
    share.entries += 1;
    share.counted.set(key, { draft: { ...draft }, outcome, count: 1 });
  } else {
    known.count += 1;
    keepCommon(known.draft, draft);
  }
  return false;
}

/**
 * Returns what counts as one caller: a key, user or token wherever it is used, and an address for those without. Everyone
 * is `local` on a server without access control.
 */
function callerOf({ actor, address }: AuditDraft): string {
  return actor === ANONYMOUS || actor === LOCAL ? `${actor} ${addressGroup(address)}` : actor;
}

function keyOf(who: string, { action }: AuditDraft, outcome: string): string {
  return `${who}\n${action}\n${outcome}`;
}

/** Removes from what some refusals have in common what another one does not have. */
function keepCommon(common: AuditDraft, { target, address }: AuditDraft): void {
  if (common.target !== target) common.target = null;
  // The addresses of one client's block stand for each other.
  if (addressGroup(common.address) !== addressGroup(address)) common.address = "";
}

/** Returns the outcome in the audit log of what threw an error. */
export function outcomeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code !== AUDIT_OK ? code : "INTERNAL";
}
