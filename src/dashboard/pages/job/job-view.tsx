import type { ExecutionDetail, JobDetail } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { aboutJob } from "../../detail/about.ts";
import { ExecutionParts } from "../../detail/execution-parts.tsx";
import { Failure } from "../../detail/failure.tsx";
import { Progress } from "../../detail/progress.tsx";
import { Values } from "../../detail/values.tsx";
import { JournalTable } from "../../run/journal-table.tsx";
import { Requested } from "../../run/requested.tsx";
import { RunSteps } from "../../run/run-steps.tsx";
import { StreamPanel } from "../../run/stream-panel.tsx";
import { NO_OPERATIONS, useJournal } from "../../run/use-journal.ts";
import { WaitingFor } from "../../run/waiting-for.tsx";
import { Attempts } from "./attempts.tsx";
import { JobActions } from "./job-actions.tsx";
import { JobFacts } from "./job-facts.tsx";
import { Waiting } from "./waiting.tsx";

const NO_OUTPUT: Readonly<Record<JobDetail["status"], string>> = {
  queued: "It has not run yet.",
  processing: "It is running.",
  retrying: "Its latest attempt failed; it will be tried again.",
  sleeping: "Its run sleeps until what it waits for has happened.",
  paused: "It is paused.",
  needs_attention: "Its run can't go on by itself.",
  completed: "",
  failed: "It failed.",
  cancelled: "It was cancelled.",
};

/** A job that is loaded. */
export function JobView({ job, onChange }: { job: JobDetail; onChange: () => void }) {
  const { id, status, task, error } = job;
  const execution = useLatestExecution(job);
  const journal = useJournal(execution);
  const operations = journal.operations ?? NO_OPERATIONS;
  const isWaiting = status === "queued" || status === "retrying" || status === "sleeping";
  return (
    <Page
      title={`Job ${id}`}
      heading={
        <>
          Job {id} <StatusBadge status={status} />
        </>
      }
      lead={
        <>
          <TaskLink task={task} /> {execution?.version ?? job.version} · created <Time at={job.createdAt} />
        </>
      }
      actions={<JobActions job={job} execution={execution} operations={operations} onChange={onChange} />}
    >
      <Requested {...job} />
      <JobFacts job={job} execution={execution} />
      {isWaiting && job.waitingFor.length === 0 && <Waiting job={job} />}
      <WaitingFor waits={job.waitingFor} isAtWork={status === "processing" && operations.length > 0} />
      {error !== null && (
        <Failure
          error={error}
          task={task}
          version={execution?.version ?? job.version}
          {...(status === "needs_attention" ? { title: "Why it needs attention" } : {})}
        />
      )}
      <Progress value={job.progress} />
      <Values
        task={task}
        input={job.input}
        output={status === "completed" ? job.output : undefined}
        noOutput={NO_OUTPUT[status]}
      />
      {execution !== undefined && <StreamPanel key={execution.id} execution={execution.id} />}
      {execution !== undefined && <RunSteps execution={execution} operations={operations} />}
      {execution !== undefined && <JournalTable execution={execution.id} journal={journal} />}
      {execution !== undefined && <ExecutionParts key={execution.id} execution={execution} />}
      {job.attempts > 1 && <Attempts jobId={id} />}
    </Page>
  );
}

/** The latest attempt of a job; undefined before the first, and until it is loaded. */
function useLatestExecution({ id, executionId }: JobDetail): ExecutionDetail | undefined {
  const { api } = useApp();
  const { data } = useLoad<ExecutionDetail | undefined>(
    async (signal) =>
      executionId === null
        ? undefined
        : await api.call("GET /api/v1/executions/:id", { params: { id: executionId }, signal }),
    [executionId ?? 0],
    { on: ["execution.*"], matches: aboutJob(id) },
  );
  return data;
}
