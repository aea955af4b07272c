import type { Job } from "../../../../dist/generated/api-types.ts";
import { ErrorReason } from "../../components/error-reason.tsx";
import { isWaiting, WaitReason } from "../../components/wait-reason.tsx";
import { WaitText } from "../../run/waiting-for.tsx";

/** Why a job failed, or what it waits for. */
export function JobDetails({ job }: { job: Job }) {
  return (
    <>
      <ErrorReason error={job.error} />
      {job.waitingFor.length > 0 ? <Waits job={job} /> : isWaiting(job) && <WaitReason job={job} />}
    </>
  );
}

/** How many of the things that a run waits for are named. */
const SHOWN = 2;

function Waits({ job: { waitingFor } }: { job: Job }) {
  return (
    <div class="wait-reason">
      {waitingFor.slice(0, SHOWN).map((wait, index) => (
        <div key={index}>
          <WaitText wait={wait} />
        </div>
      ))}
      {waitingFor.length > SHOWN && <div>and {waitingFor.length - SHOWN} more</div>}
    </div>
  );
}
