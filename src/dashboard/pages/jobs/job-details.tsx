import type { Job } from "../../../../dist/generated/api-types.ts";
import { ErrorReason } from "../../components/error-reason.tsx";
import { isWaiting, WaitReason } from "../../components/wait-reason.tsx";

/** Why a job failed, or what it waits for. */
export function JobDetails({ job }: { job: Job }) {
  return (
    <>
      <ErrorReason error={job.error} />
      {isWaiting(job) && <WaitReason job={job} />}
    </>
  );
}
