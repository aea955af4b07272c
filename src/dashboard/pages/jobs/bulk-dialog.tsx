import type { Routes } from "../../../../dist/generated/api-types.ts";
import type { QueryOf } from "../../api/client.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";

type Bulk = Routes["POST /api/v1/jobs/bulk"]["body"];

/** What can be done to many jobs at once. */
export type BulkAction = "retry" | "cancel";

/** What {@link BulkDialog} takes. */
export interface BulkDialogProps {
  action: BulkAction;
  query: QueryOf<"GET /api/v1/jobs">;
  onClose: () => void;
  onDone: () => void;
}

const WORDS = {
  retry: { verb: "Retry", done: "requeued", which: "Failed and cancelled jobs are requeued with all their retries." },
  cancel: { verb: "Cancel", done: "cancelled", which: "Waiting jobs are cancelled, and running ones are stopped." },
} as const;

/** Says how many jobs an action concerns before it is done. */
export function BulkDialog({ action, query, onClose, onDone }: BulkDialogProps) {
  const { api, toasts } = useApp();
  const { verb, done, which } = WORDS[action];
  const request = bulkRequest(action, query);
  const { data, problem } = useLoad(
    (signal) => api.call("POST /api/v1/jobs/bulk", { body: { ...request, dryRun: true }, signal }),
    [JSON.stringify(request)],
  );
  const count = data?.changed;
  const what = count === undefined ? "jobs" : countText(count);

  async function confirm(): Promise<void> {
    const { changed } = await api.call("POST /api/v1/jobs/bulk", { body: request });
    toasts.show(`${countText(changed)} ${done}.`);
    onDone();
  }

  return (
    <ConfirmDialog
      title={`${verb} ${what}?`}
      action={`${verb} ${what}`}
      isOpen
      isDangerous={action === "cancel"}
      isReady={count !== undefined && count > 0}
      onConfirm={confirm}
      onClose={onClose}
    >
      {problem !== undefined && <ErrorBox problem={problem} />}
      {count === undefined && problem === undefined && <Loading what="Counting" />}
      {count === 0 && <p>No job that matches can be {action === "retry" ? "retried" : "cancelled"}.</p>}
      {count !== undefined && count > 0 && (
        <p>
          <strong>{countText(count)}</strong> of those that match. {which}
        </p>
      )}
    </ConfirmDialog>
  );
}

function countText(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "job" : "jobs"}`;
}

/** The filters of the page as the body of a request. They come from the address as texts. */
function bulkRequest(action: BulkAction, { order: _, status, scheduleId, ...rest }: QueryOf<"GET /api/v1/jobs">): Bulk {
  const filter = {
    ...rest,
    ...(status === undefined ? {} : { status: String(status).split(",") }),
    ...(scheduleId === undefined ? {} : { scheduleId: Number(scheduleId) }),
  };
  const isEmpty = Object.keys(filter).length === 0;
  // The server checks the values, which the reader may have written into the address.
  return { action, ...(isEmpty ? { all: true } : { filter }) } as Bulk;
}
