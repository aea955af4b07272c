import type { ComponentChildren } from "preact";
import type { Stats } from "../../../../dist/generated/api-types.ts";
import { Duration } from "../../components/duration.tsx";
import { Link } from "../../routing/link.tsx";

/** The numbers that say how the server is doing now. @param stats undefined until they are loaded */
export function Numbers({ stats: data }: { stats: Stats | undefined }) {
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
