import type { Execution, Job, Worker } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { WaitReason } from "../../components/wait-reason.tsx";
import { Link } from "../../routing/link.tsx";

/** How many running and waiting things are listed. */
const SHOWN = 4;

/** What is running now, on which workers, and what waits for what. */
export function NowPanel() {
  const { api } = useApp();
  const workers = useLoad((signal) => api.call("GET /api/v1/workers", { signal }), [], { on: ["execution.*"] });
  const running = useLoad(
    (signal) => api.call("GET /api/v1/executions", { query: { status: ["running"], limit: SHOWN }, signal }),
    [],
    { on: ["execution.*"] },
  );
  const waiting = useLoad(
    (signal) =>
      api.call("GET /api/v1/jobs", { query: { status: ["queued", "retrying"], order: "asc", limit: SHOWN }, signal }),
    [],
    { on: ["job.*", "queue.*"] },
  );
  return (
    <div class="columns">
      <section class="panel" aria-labelledby="running">
        <div class="panel-head">
          <h2 id="running">Running</h2>
          <Link to="/executions?status=running">All running</Link>
        </div>
        <Running executions={running.data?.items ?? []} />
        <Workers workers={workers.data?.items ?? []} />
      </section>
      <section class="panel" aria-labelledby="waiting">
        <div class="panel-head">
          <h2 id="waiting">Waiting</h2>
          <Link to="/jobs?status=queued,retrying">All waiting</Link>
        </div>
        <Waiting jobs={waiting.data?.items ?? []} />
      </section>
    </div>
  );
}

function Running({ executions }: { executions: readonly Execution[] }) {
  return (
    <ul class="lines">
      {executions.map(({ id, jobId, task, attempt, startedAt }) => (
        <li key={id}>
          <Link to={jobId === null ? `/executions/${id}` : `/jobs/${jobId}`} class="nowrap">
            {jobId === null ? `Execution ${id}` : `Job ${jobId}`}
          </Link>
          <TaskLink task={task} />
          {attempt > 1 && <span class="quiet">attempt {attempt}</span>}
          {startedAt !== null && (
            <span class="quiet">
              started <Time at={startedAt} />
            </span>
          )}
        </li>
      ))}
      {executions.length === 0 && <li class="quiet">Nothing is running.</li>}
    </ul>
  );
}

function Workers({ workers }: { workers: readonly Worker[] }) {
  return (
    <p class="quiet workers">
      {workers.map(({ id, host, pid, running: { length } }) => (
        <span key={id}>
          Worker {host}:{pid} runs {length}
        </span>
      ))}
    </p>
  );
}

function Waiting({ jobs }: { jobs: readonly Job[] }) {
  return (
    <ul class="lines">
      {jobs.map((job) => (
        <li key={job.id}>
          <Link to={`/jobs/${job.id}`} class="nowrap">
            Job {job.id}
          </Link>
          <TaskLink task={job.task} />
          <StatusBadge status={job.status} />
          <WaitReason job={job} />
        </li>
      ))}
      {jobs.length === 0 && <li class="quiet">No job waits.</li>}
    </ul>
  );
}
