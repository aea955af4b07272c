import type { ExecutionDetail, Job } from "../../../../dist/generated/api-types.ts";
import { Duration } from "../../components/duration.tsx";
import { Time } from "../../components/time.tsx";
import { Fact, Facts } from "../../detail/facts.tsx";
import { Link } from "../../routing/link.tsx";
import { Lineage } from "../../run/lineage.tsx";

/** What is known of an execution besides its values. */
export function ExecutionFacts({ execution, job }: { execution: ExecutionDetail; job: Job | undefined }) {
  const { jobId, attempt, traceId, startedAt, finishedAt, durationMs } = execution;
  return (
    <Facts>
      <Fact name="Job">
        {jobId === null ? (
          "none, it was executed directly"
        ) : (
          <>
            <Link to={`/jobs/${jobId}`} class="nowrap">
              Job {jobId}
            </Link>{" "}
            <span class="quiet">attempt {attempt}</span>
          </>
        )}
      </Fact>
      <Fact name="Created">
        <Time at={execution.createdAt} exact />
      </Fact>
      <Fact name="Started">{startedAt !== null && <Time at={startedAt} exact />}</Fact>
      <Fact name="Ended">{finishedAt !== null && <Time at={finishedAt} exact />}</Fact>
      <Fact name="Duration">{durationMs !== null && <Duration ms={durationMs} />}</Fact>
      <Fact name="Waited">{jobId !== null && <Duration ms={execution.queueWaitMs} />}</Fact>
      {job !== undefined && <Lineage job={job} />}
      <Fact name="Worker">
        <code>{execution.workerId}</code>
      </Fact>
      <Fact name="Trace">{traceId !== null && <code>{traceId}</code>}</Fact>
    </Facts>
  );
}
