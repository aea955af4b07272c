/** What became of an approval. */
export const APPROVAL_STATUSES = ["pending", "approved", "rejected", "expired", "cancelled"] as const;

export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** Selects approvals. */
export interface ApprovalFilter {
  status?: ApprovalStatus;
  taskId?: number;
  executionId?: number;
  /** Patterns of the labels of tasks. */
  labels?: readonly string[];
}

/** A question to people, and its answer. Times are ms since the epoch. */
export interface Approval {
  id: number;
  executionId: number;
  jobId: number;
  taskId: number;
  number: number;
  title: string;
  status: ApprovalStatus;
  /** JSON of an `ApproveRequest`, as the host stores it. */
  request: string;
  /** JSON array of roles and names; null: everyone who may decide approvals. */
  who: string | null;
  dueAt: number | null;
  decidedBy: string | null;
  decidedAt: number | null;
  comment: string | null;
  createdAt: number;
}

/** The decision about an approval. */
export interface Decision {
  id: number;
  approved: boolean;
  /** A name for people. */
  by: string;
  comment: string | null;
  /** The result of the operation: an `OperationResult`. */
  result: { ok: boolean; text: string };
}
