import type { ExecutionDetail, JobDetail } from "../../../../dist/generated/api-types.ts";
import { Duration } from "../../components/duration.tsx";
import { Time } from "../../components/time.tsx";
import { Fact, Facts } from "../../detail/facts.tsx";
import { Link } from "../../routing/link.tsx";
import { Lineage } from "../../run/lineage.tsx";
import { Creator } from "./creator.tsx";

/** What is known of a job besides its values. */
export function JobFacts({ job, execution }: { job: JobDetail; execution: ExecutionDetail | undefined }) {
  const { attempts, retries, maxRetries, rescues, tags } = job;
  return (
    <Facts>
      <Fact name="Created">
        <Time at={job.createdAt} exact /> <Creator job={job} />
      </Fact>
      <Fact name="Started">{job.startedAt !== null && <Time at={job.startedAt} exact />}</Fact>
      <Fact name="Ended">{job.finishedAt !== null && <Time at={job.finishedAt} exact />}</Fact>
      <Fact name="Duration">{execution?.durationMs != null && <Duration ms={execution.durationMs} />}</Fact>
      <Fact name="Attempts">
        {attempts > 0 && (
          <>
            {attempts}
            {(retries > 0 || (maxRetries ?? 0) > 0) && (
              <span class="quiet">
                {" "}
                ({retries}
                {maxRetries !== null && ` of ${maxRetries}`} retries used)
              </span>
            )}
          </>
        )}
      </Fact>
      <Fact name="Latest attempt">
        {job.executionId !== null && (
          <Link to={`/executions/${job.executionId}`} class="nowrap">
            Execution {job.executionId}
          </Link>
        )}
      </Fact>
      <Lineage job={job} />
      <Fact name="Rescues">{rescues > 0 && rescues}</Fact>
      <Fact name="Priority">{job.priority}</Fact>
      <Fact name="Tags">
        {tags.length > 0 &&
          tags.map((tag) => (
            <Link key={tag} to={`/jobs?tag=${encodeURIComponent(tag)}`} class="tag">
              {tag}
            </Link>
          ))}
      </Fact>
      <Key name="Idempotency key" parameter="idempotencyKey" value={job.idempotencyKey} />
      <Key name="Unique key" parameter="uniqueKey" value={job.uniqueKey} />
      <Key name="Correlation key" parameter="correlationKey" value={job.correlationKey} />
      <Key name="Concurrency key" parameter="concurrencyKey" value={job.concurrencyKey} />
      <Fact name="Trace">{job.traceId !== null && <code>{job.traceId}</code>}</Fact>
    </Facts>
  );
}

/** A key as a link to the jobs that have it. */
function Key({ name, parameter, value }: { name: string; parameter: string; value: string | null }) {
  if (value === null) return null;
  return (
    <Fact name={name}>
      <Link to={`/jobs?${parameter}=${encodeURIComponent(value)}`}>{value}</Link>
    </Fact>
  );
}
