import type { Operation } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { type Column, Rows } from "../components/data-table.tsx";
import { Duration } from "../components/duration.tsx";
import { ErrorBox } from "../components/error-box.tsx";
import { StatusBadge } from "../components/status-badge.tsx";
import { Link } from "../routing/link.tsx";
import { OperationResult } from "./operation-result.tsx";
import { elapsedMs, operationTitle, stateOf, subjectOf } from "./operation-words.ts";
import type { Journal } from "./use-journal.ts";

const COLUMNS: readonly Column<Operation>[] = [
  { title: "No.", render: ({ number }) => <span id={`operation-${number}`}>{number}</span>, kind: "number" },
  { title: "Step", render: (operation) => <Step operation={operation} /> },
  { title: "Kind", render: ({ kind }) => kind },
  { title: "About", render: (operation) => <About operation={operation} /> },
  { title: "State", render: (operation) => <StatusBadge status={stateOf(operation)} /> },
  { title: "Duration", render: (operation) => <Elapsed operation={operation} />, kind: "number" },
  { title: "Attempts", render: ({ attempts }) => (attempts > 0 ? attempts : "–"), kind: "number", isWideOnly: true },
  { title: "Result", render: (operation) => <OperationResult operation={operation} /> },
];

/** The list of the jobs that a run has started. */
const childrenOf = (execution: number): string => `/jobs?parentExecutionId=${execution}`;

/**
 * What a run has asked for, in the order in which it did. Nothing for an execution without a run.
 * @param execution its id
 */
export function JournalTable({ execution, journal }: { execution: number; journal: Journal }) {
  const { operations, isCut, problem } = journal;
  if (operations === undefined) return problem === undefined ? null : <ErrorBox problem={problem} />;
  if (operations.length === 0) return null;
  const hasChildren = operations.some(({ kind }) => kind === "call" || kind === "map");
  return (
    <section class="panel" aria-labelledby="journal">
      <div class="panel-head">
        <h2 id="journal">Journal</h2>
        <span class="quiet">{isCut ? `the first ${operations.length} operations` : countText(operations.length)}</span>
        {hasChildren && <Link to={childrenOf(execution)}>All jobs that it has started</Link>}
      </div>
      <div class="journal">
        <Rows
          caption="What the run has called, recorded and awaited"
          items={operations}
          columns={COLUMNS}
          keyOf={({ number }) => number}
        />
      </div>
    </section>
  );
}

function countText(count: number): string {
  return count === 1 ? "1 operation" : `${count} operations`;
}

function Step({ operation }: { operation: Operation }) {
  const { undoes, kept } = operation;
  return (
    <div class="long-text">
      {operationTitle(operation)}
      {undoes !== null && <span class="quiet"> (undoes {undoes})</span>}
      {kept && <span class="quiet"> (kept)</span>}
    </div>
  );
}

/** What the operation is about, if the step does not say it, and the job that it has started. */
function About({ operation }: { operation: Operation }) {
  const { kind, name, label, jobId, childrenLeft } = operation;
  if (kind === "call" || kind === "map") {
    return (
      <div class="journal-about">
        <Link to={`/tasks/${encodeURIComponent(name)}`}>{name}</Link>
        {jobId !== null && (
          <>
            {" · "}
            <Link to={`/jobs/${jobId}`} class="nowrap">
              Job {jobId}
            </Link>
          </>
        )}
        {childrenLeft !== null && childrenLeft > 0 && <span class="quiet"> {childrenLeft} still to end</span>}
      </div>
    );
  }
  return label === null ? <span class="quiet">–</span> : <div class="long-text">{subjectOf(operation)}</div>;
}

function Elapsed({ operation }: { operation: Operation }) {
  const { now } = useApp();
  return <Duration ms={elapsedMs(operation, operation.settledAt === null ? now.value : 0)} />;
}
