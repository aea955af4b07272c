import type { StoredError } from "../../domain/job.ts";
import type { ShareableText } from "../../domain/shared-text.ts";

/** How a child ended. */
export interface ChildEnd {
  jobId: number;
  executionId: number | null;
  taskId: number;
  version: string | null;
  /** `gone`: the job was deleted. */
  status: "completed" | "failed" | "cancelled" | "gone";
  outputJson: ShareableText | null;
  error: StoredError | null;
}
