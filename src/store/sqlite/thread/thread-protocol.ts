import type { AuditDraft, AuditEntry } from "../../../domain/audit.ts";
import type { ShareableText } from "../../../domain/shared-text.ts";
import type { TextPlace } from "../text-places.ts";
import type { PackedFailure } from "./packed-failure.ts";
import type { ItemOf, KindOfWrite, RestOf, ResultOf } from "./write-kinds.ts";

/** How the store thread opens its connection. */
export interface ThreadSettings {
  /** Path of the database. */
  path: string;
  inlineBytes: number;
  missingWaitMs: number;
  /** How long a write waits while another process holds the database, ms. */
  busyLimitMs: number;
}

/** A write whose items the thread has. */
export type WriteRequest = {
  [K in KindOfWrite]: {
    kind: "write";
    write: K;
    rest: RestOf<K>;
    now: number;
    /** Entry of the audit log that is stored with the write. */
    draft?: AuditDraft;
  };
}[KindOfWrite];

/** Items of the next write. The first ones replace those of a write that was given up. */
export type ItemsMessage = {
  [K in KindOfWrite]: { kind: "items"; write: K; first: boolean; items: readonly ItemOf<K>[] };
}[KindOfWrite];

/** What the thread is told: `open` first, then requests, which it serves in order. */
export type ThreadMessage =
  | { kind: "open"; settings: ThreadSettings }
  | ItemsMessage
  | WriteRequest
  | { kind: "read"; places: readonly TextPlace[] }
  | { kind: "close" };

/** Ids of the events of a transaction, both inclusive. */
export interface EventRange {
  first: number;
  last: number;
}

/** A write that is on the disk. */
export interface Written<Result> {
  kind: "written";
  result: Result;
  /** undefined if it caused no events. */
  events: EventRange | undefined;
  /** Entries of the audit log. */
  audited: readonly AuditEntry[];
  /** Whether lines of the log were stored. */
  hasNewLines: boolean;
  /** How long the commit took, ms. */
  commitMs: number;
}

/** What the thread responds to `write`, `read` and `close`: one message for each, in the same order. */
export type ThreadResponse =
  | Written<ResultOf<KindOfWrite>>
  | { kind: "texts"; texts: readonly (ShareableText | null)[] }
  | { kind: "closed" }
  | { kind: "failed"; failure: PackedFailure };
