import { useEffect, useState } from "preact/hooks";
import type { Firing, Schedule } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { localText } from "../../schedule/draft.ts";
import { OVERLAPS, overlapOf } from "../../schedule/overlaps.ts";

/** What {@link BackfillDialog} takes. */
export interface BackfillDialogProps {
  schedule: Schedule;
  onClose: () => void;
  onDone: () => void;
}

/** How long after the last change of the range its firings are counted. Milliseconds. */
const TYPING_MS = 250;

const DAY_MS = 86_400_000;

/** Creates the jobs of past firings, and says first how many. */
export function BackfillDialog({ schedule: { id, name, overlap: own }, onClose, onDone }: BackfillDialogProps) {
  const { api, toasts } = useApp();
  const [range, setRange] = useState(() => ({ from: localText(Date.now() - DAY_MS), to: localText(Date.now()) }));
  const [overlap, setOverlap] = useState<Schedule["overlap"]>(own === "allow_all" ? own : "buffer_all");
  const body = useSettled(requestOf(range, overlap));
  const { data, problem } = useLoad(
    async (signal) =>
      body === undefined
        ? undefined
        : api.call("POST /api/v1/schedules/:id/backfill", { params: { id }, body: { ...body, dryRun: true }, signal }),
    [id, JSON.stringify(body)],
  );
  const isCurrent = JSON.stringify(body) === JSON.stringify(requestOf(range, overlap));
  const firings = isCurrent ? data?.items : undefined;
  const count = firings === undefined ? undefined : firings.filter(createsJob).length;

  async function confirm(): Promise<void> {
    if (body === undefined) return;
    const { items } = await api.call("POST /api/v1/schedules/:id/backfill", { params: { id }, body });
    const [created, waiting] = [withStatus(items, "enqueued"), withStatus(items, "buffered")];
    const later = waiting === 0 ? "" : ` ${jobs(waiting)} will follow, one after the other.`;
    toasts.show(`${jobs(created)} ${created === 1 ? "was" : "were"} created.${later}`);
    onDone();
  }

  return (
    <ConfirmDialog
      title={`Backfill ${name}`}
      action={count === undefined ? "Create jobs" : `Create ${jobs(count)}`}
      isOpen
      isReady={count !== undefined && count > 0}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>Creates the jobs of firings in a past range that have none yet. Times are in your zone.</p>
      <RangeFields range={range} onChange={setRange} />
      <SelectField
        label="Overlap"
        description="When a firing comes while a job of the schedule is unfinished."
        value={overlap}
        options={OVERLAPS}
        onChange={(value) => setOverlap(overlapOf(value))}
      />
      <div role="status" class="backfill-count">
        {body === undefined && isCurrent && <p class="quiet">Give both times.</p>}
        {body !== undefined && isCurrent && problem !== undefined && <ErrorBox problem={problem} />}
        {body !== undefined && firings === undefined && problem === undefined && <Loading what="Counting" />}
        {firings !== undefined && <Count firings={firings} />}
      </div>
    </ConfirmDialog>
  );
}

interface Range {
  /** Times as fields for times in the reader's zone have them. */
  from: string;
  to: string;
}

function RangeFields({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const { from, to } = range;
  const type = "datetime-local";
  return (
    <>
      <TextField label="From" type={type} value={from} isRequired onInput={(from) => onChange({ ...range, from })} />
      <TextField label="To" type={type} value={to} isRequired onInput={(to) => onChange({ ...range, to })} />
    </>
  );
}

/** Says what would become of the firings of a range. */
function Count({ firings }: { firings: readonly Firing[] }) {
  const count = firings.filter(createsJob).length;
  const skipped = withStatus(firings, "skipped");
  if (firings.length === 0) return <p>No firing of this range is without a job.</p>;
  return (
    <p>
      <strong>{jobs(count)}</strong> for {firings.length.toLocaleString("en")}{" "}
      {firings.length === 1 ? "firing" : "firings"} without a job.
      {skipped > 0 && ` ${skipped.toLocaleString("en")} would be skipped because jobs would overlap.`}
    </p>
  );
}

const createsJob = ({ status }: Firing) => status === "enqueued" || status === "buffered";

function withStatus(firings: readonly Firing[], status: Firing["status"]): number {
  return firings.filter((firing) => firing.status === status).length;
}

function jobs(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "job" : "jobs"}`;
}

/** Returns the range as a request has it. Undefined while it is not complete. */
function requestOf({ from, to }: Range, overlap: Schedule["overlap"]) {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(first) || Number.isNaN(last)) return undefined;
  return { from: new Date(first).toISOString(), to: new Date(last).toISOString(), overlap };
}

/** Returns a value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [JSON.stringify(value)]);
  return settled;
}
