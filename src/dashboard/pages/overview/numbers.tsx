import type { ComponentChildren } from "preact";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { Duration } from "../../components/duration.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Link } from "../../routing/link.tsx";

/** The numbers that say how the server is doing now. */
export function Numbers() {
  const { api } = useApp();
  const { data, problem } = useLoad((signal) => api.call("GET /api/v1/stats", { signal }), [], {
    on: ["job.*", "execution.*", "task.*", "schedule.*"],
  });
  if (problem !== undefined && data === undefined) return <ErrorBox problem={problem} />;
  return (
    <dl class="numbers" aria-busy={data === undefined}>
      <Figure name="Running" to="/executions?status=running" value={data?.executions.running} />
      <Figure name="Waiting" to="/jobs?status=queued" value={data?.jobs.queued} />
      <Figure name="Retrying" to="/jobs?status=retrying" value={data?.jobs.retrying} />
      <Figure name="Completed" to="/jobs?status=completed" value={data?.jobs.completed} />
      <Figure name="Failed" to="/jobs?status=failed" value={data?.jobs.failed} />
      <Figure name="Oldest waiting" value={data === undefined ? undefined : <Duration ms={data.oldestReadyMs} />} />
      <Figure name="Mean duration" value={data === undefined ? undefined : <Duration ms={data.meanDurationMs} />} />
      <Figure name="Workers" value={data?.workers} />
    </dl>
  );
}

function Figure({ name, to, value }: { name: string; to?: string; value: ComponentChildren }) {
  const shown = value ?? <span class="quiet">…</span>;
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>{to === undefined ? shown : <Link to={to}>{shown}</Link>}</dd>
    </div>
  );
}
