import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Operation } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { ErrorBox } from "../components/error-box.tsx";
import { JsonView } from "../components/json-view.tsx";
import { Loading } from "../components/loading.tsx";
import { operationTitle } from "./operation-words.ts";

/** What an operation was given and what came of it, folded, and why it failed. */
export function OperationResult({ operation }: { operation: Operation }) {
  const { kind, state, input, output, error, jobId } = operation;
  const title = operationTitle(operation);
  return (
    <>
      {error !== null && <OperationError {...error} />}
      {input !== null && <Folded name="Input" render={() => <JsonView label={`Input of ${title}`} value={input} />} />}
      {output !== null && (
        <Folded name="Output" render={() => <JsonView label={`Output of ${title}`} value={output} />} />
      )}
      {kind === "call" && state === "completed" && jobId !== null && (
        <Folded name="Output" render={() => <ChildOutput jobId={jobId} title={title} />} />
      )}
    </>
  );
}

/** Something that is rendered, and loaded, only once it is opened: a journal has thousands of values. */
export function Folded({ name, render }: { name: string; render: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="operation-value" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{name}</summary>
      {isOpen && render()}
    </details>
  );
}

/** The output of a call, which its job has. */
function ChildOutput({ jobId, title }: { jobId: number; title: string }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/jobs/:id", { params: { id: jobId }, signal }),
    [jobId],
  );
  if (data === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  return <JsonView label={`Output of ${title}`} value={data.output} />;
}

/** How many characters of a message are shown before it is opened. */
const SHOWN = 300;

function OperationError({ name, message, code }: NonNullable<Operation["error"]>) {
  const isLong = message.length > SHOWN;
  return (
    <div class="long-text">
      <strong class="reason-type">{name}</strong> {isLong ? `${message.slice(0, SHOWN)}…` : message}
      {code !== undefined && (
        <>
          {" "}
          <code>{code}</code>
        </>
      )}
      {isLong && <Folded name="Whole message" render={() => message} />}
    </div>
  );
}
