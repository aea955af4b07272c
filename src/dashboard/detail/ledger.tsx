import type { Ledger as LedgerData } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { Bytes } from "../components/bytes.tsx";
import { type Column, Rows } from "../components/data-table.tsx";
import { Duration } from "../components/duration.tsx";
import { ErrorBox } from "../components/error-box.tsx";
import { Fact, Facts } from "./facts.tsx";
import { TaskLinks } from "./task-links.tsx";

type Origin = LedgerData["origins"][number];

const COLUMNS: readonly Column<Origin>[] = [
  { title: "Origin", render: ({ origin }) => (origin === "*" ? "all others" : origin) },
  { title: "Methods", render: ({ methods }) => methodsText(methods), isWideOnly: true },
  { title: "Calls", render: ({ count }) => count, kind: "number" },
  { title: "Failures", render: ({ failures }) => failures, kind: "number" },
  { title: "Sent", render: ({ bytesSent }) => <Bytes value={bytesSent} />, kind: "number", isWideOnly: true },
  { title: "Received", render: ({ bytesReceived }) => <Bytes value={bytesReceived} />, kind: "number" },
];

/** What an execution touched: origins, secrets, tasks, time and memory. @param status changes when there is more to know */
export function Ledger({ executionId, status }: { executionId: number; status: string }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/executions/:id/ledger", { params: { id: executionId }, signal }),
    [executionId, status],
  );
  return (
    <section class="panel" aria-labelledby="ledger">
      <div class="panel-head">
        <h2 id="ledger">What it touched</h2>
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      <Facts>
        <Fact name="Processor time">
          <Duration ms={data?.cpuMs} />
        </Fact>
        <Fact name="Peak memory">
          <Bytes value={data?.peakMemoryBytes} />
        </Fact>
        <Fact name="Secrets">{data === undefined ? "–" : data.secrets.join(", ") || "none"}</Fact>
        <Fact name="Tasks called">{data === undefined ? "–" : <TaskLinks labels={data.tasks} />}</Fact>
        {data?.origins.length === 0 && <Fact name="Origins called">none</Fact>}
      </Facts>
      {data !== undefined && data.origins.length > 0 && (
        <Rows caption="Origins called" items={data.origins} columns={COLUMNS} keyOf={({ origin }) => origin} />
      )}
    </section>
  );
}

function methodsText(methods: Origin["methods"]): string {
  return Object.entries(methods)
    .map(([method, count]) => (count === 1 ? method : `${count} × ${method}`))
    .join(", ");
}
