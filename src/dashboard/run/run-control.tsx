import { useState } from "preact/hooks";
import type { Job } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { ActionButton } from "../detail/action-button.tsx";
import { KillDialog } from "./kill-dialog.tsx";
import { ResumeDialog } from "./resume-dialog.tsx";
import { SignalDialog } from "./signal-dialog.tsx";
import { hasEnded } from "./use-journal.ts";

/** What {@link RunControl} takes. */
export interface RunControlProps {
  job: Job;
  /** Whether its latest attempt has asked for something durable. */
  hasRun: boolean;
  /** Called when the job has changed. */
  onChange: () => void;
}

/** Buttons that hold a job and its run, let them go on, end them, and tell the run something. For those who may. */
export function RunControl({ job, hasRun, onChange }: RunControlProps) {
  const [open, setOpen] = useState<"resume" | "signal" | "kill" | undefined>(undefined);
  const close = () => setOpen(undefined);
  const { id, status, waitingFor } = job;
  const isOver = hasEnded(status);
  const canContinue = hasRun && (status === "failed" || status === "needs_attention");
  const awaited = waitingFor.filter(({ kind }) => kind === "wait").map(({ name }) => name);
  return (
    <>
      {canContinue && (
        <button type="button" onClick={() => setOpen("resume")}>
          Resume
        </button>
      )}
      {hasRun && !isOver && (
        <button type="button" onClick={() => setOpen("signal")}>
          Send signal
        </button>
      )}
      <HoldButtons job={job} hasRun={hasRun} onChange={onChange} />
      {!isOver && !job.cancelling && <CancelButton job={job} hasRun={hasRun} onChange={onChange} />}
      {!isOver && hasRun && (
        <button type="button" class="dangerous" onClick={() => setOpen("kill")}>
          Kill
        </button>
      )}
      {open === "resume" && <ResumeDialog job={job} onDone={onChange} onClose={close} />}
      {open === "signal" && <SignalDialog jobId={id} awaited={awaited} onSent={onChange} onClose={close} />}
      {open === "kill" && <KillDialog jobId={id} onDone={onChange} onClose={close} />}
    </>
  );
}

/** Buttons that hold a job and let it go on. */
function HoldButtons({ job: { id, status, cancelling, pausing }, hasRun, onChange }: RunControlProps) {
  const { api } = useApp();
  const params = { id };
  // Only a run can be held while it is at work.
  const isAsked = cancelling || pausing;
  const canPause =
    !isAsked &&
    (status === "queued" || status === "retrying" || status === "sleeping" || (status === "processing" && hasRun));
  return (
    <>
      {(status === "paused" || pausing) && (
        <ActionButton
          name="Resume"
          isPrimary
          onAct={async () => {
            await api.call("POST /api/v1/jobs/:id/resume", { params, body: {} });
            onChange();
            return `Job ${id} goes on.`;
          }}
        />
      )}
      {canPause && (
        <ActionButton
          name="Pause"
          onAct={async () => {
            const { status: now } = await api.call("POST /api/v1/jobs/:id/pause", { params });
            onChange();
            return now === "paused" ? `Job ${id} is paused.` : `Job ${id} pauses as soon as its run only waits.`;
          }}
        />
      )}
    </>
  );
}

function CancelButton({ job: { id }, onChange }: RunControlProps) {
  const { api } = useApp();
  return (
    <ActionButton
      name="Cancel"
      isDangerous
      onAct={async () => {
        const { status: now } = await api.call("POST /api/v1/jobs/:id/cancel", { params: { id } });
        onChange();
        return now === "cancelled" ? `Job ${id} is cancelled.` : `Job ${id} is being cancelled.`;
      }}
    />
  );
}
