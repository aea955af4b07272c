import { UNFINISHED_STATUSES } from "../../domain/job.ts";

/** The statuses of unfinished jobs, for `IN (...)`. Where no index has the status, `finished_at IS NULL` says the same. */
export const UNFINISHED = UNFINISHED_STATUSES.map((status) => `'${status}'`).join(", ");
