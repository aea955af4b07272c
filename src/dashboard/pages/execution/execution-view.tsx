import type { ExecutionDetail, Job } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { aboutJob } from "../../detail/about.ts";
import { ExecutionParts } from "../../detail/execution-parts.tsx";
import { Failure } from "../../detail/failure.tsx";
import { Values } from "../../detail/values.tsx";
import { JournalTable } from "../../run/journal-table.tsx";
import { Requested } from "../../run/requested.tsx";
import { RunSteps } from "../../run/run-steps.tsx";
import { StreamPanel } from "../../run/stream-panel.tsx";
import { NO_OPERATIONS, useJournal } from "../../run/use-journal.ts";
import { WaitingFor } from "../../run/waiting-for.tsx";
import { ExecutionActionBar } from "./execution-action-bar.tsx";
import { ExecutionFacts } from "./execution-facts.tsx";

const NO_OUTPUT: Readonly<Record<ExecutionDetail["status"], string>> = {
  pending: "It has not started yet.",
  running: "It is running.",
  sleeping: "It sleeps until what it waits for has happened.",
  paused: "It is paused.",
  needs_attention: "It can't go on by itself.",
  completed: "",
  failed: "It failed.",
  cancelled: "It was cancelled.",
};

/** An execution that is loaded. */
export function ExecutionView({ execution, onChange }: { execution: ExecutionDetail; onChange: () => void }) {
  const { id, status, task, error, version } = execution;
  const job = useJob(execution);
  const journal = useJournal(execution);
  const operations = journal.operations ?? NO_OPERATIONS;
  return (
    <Page
      title={`Execution ${id}`}
      heading={
        <>
          Execution {id} <StatusBadge status={status} />
        </>
      }
      lead={
        <>
          <TaskLink task={task} /> {version} · created <Time at={execution.createdAt} />
        </>
      }
      actions={<ExecutionActionBar execution={execution} job={job} operations={operations} onChange={onChange} />}
    >
      <Requested {...execution} />
      <ExecutionFacts execution={execution} job={job} />
      <WaitingFor waits={execution.waitingFor} isAtWork={status === "running" && operations.length > 0} />
      {error !== null && (
        <Failure
          error={error}
          task={task}
          version={version}
          {...(status === "needs_attention" ? { title: "Why it needs attention" } : {})}
        />
      )}
      <Values
        task={task}
        input={execution.input}
        output={status === "completed" ? execution.output : undefined}
        noOutput={NO_OUTPUT[status]}
      />
      <StreamPanel execution={id} />
      {journal.operations !== undefined && <RunSteps execution={execution} operations={operations} />}
      <JournalTable execution={id} journal={journal} />
      <ExecutionParts execution={execution} />
    </Page>
  );
}

/** The job that it is an attempt of; undefined for a direct execution, and until it is loaded. */
function useJob({ jobId }: ExecutionDetail): Job | undefined {
  const { api } = useApp();
  const { data } = useLoad<Job | undefined>(
    async (signal) =>
      jobId === null ? undefined : await api.call("GET /api/v1/jobs/:id", { params: { id: jobId }, signal }),
    [jobId ?? 0],
    jobId === null ? {} : { on: ["job.*"], matches: aboutJob(jobId) },
  );
  return data;
}
