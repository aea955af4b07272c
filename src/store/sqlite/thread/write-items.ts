import { type ShareableText, shareText } from "../../../domain/shared-text.ts";
import type { ClaimedJob, FinishedAttempt } from "../../contract/jobs.ts";
import { UNREAD } from "../brief-text.ts";
import { attemptWeight, directWeight, jobWeight, linesWeight, reportWeight } from "../write-weight.ts";
import type { ItemOf, KindOfWrite } from "./write-kinds.ts";

/** How an item goes to the store thread. */
interface Transport<Item> {
  weight(item: Item): number;
  /** The same item for posting: without what the thread does not need, and with long texts as shared bytes. */
  pack(item: Item): Item;
}

const asIs = { weight: () => 0, pack: <T>(item: T): T => item };

/** The transport of the items of each kind. */
export const TRANSPORT: { readonly [K in KindOfWrite]: Transport<ItemOf<K>> } = {
  enqueue: { weight: jobWeight, pack: (job) => ({ ...job, inputJson: shared(job.inputJson) }) },
  completeAndClaim: { weight: attemptWeight, pack: packAttempt },
  report: { weight: reportWeight, pack: (report) => ({ ...report, claimed: withoutInput(report.claimed) }) },
  startDirect: {
    weight: directWeight,
    pack: (execution) => ({ ...execution, inputJson: shared(execution.inputJson) }),
  },
  logDirect: { weight: linesWeight, pack: (lines) => lines },
  finishDirect: {
    weight: directWeight,
    pack: (end) =>
      end.result.status === "completed"
        ? { ...end, result: { ...end.result, outputJson: shared(end.result.outputJson) } }
        : end,
  },
  endJob: asIs,
  deleteJob: asIs,
  cancelMany: asIs,
  retryMany: asIs,
  retain: asIs,
};

/** From this length on a text is shared, characters: in a message it would be copied several times. */
const LONG = 16 * 1024;

function shared(text: ShareableText): ShareableText {
  return typeof text === "string" && text.length >= LONG ? shareText(text) : text;
}

function packAttempt(attempt: FinishedAttempt): FinishedAttempt {
  const { result } = attempt;
  return {
    ...attempt,
    claimed: withoutInput(attempt.claimed),
    result: result.kind === "completed" ? { ...result, outputJson: shared(result.outputJson) } : result,
  };
}

function withoutInput(claimed: ClaimedJob): ClaimedJob {
  return { ...claimed, job: { ...claimed.job, inputJson: UNREAD } };
}
