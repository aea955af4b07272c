import type { ComponentChildren } from "preact";
import type { Stats } from "../../../../dist/generated/api-types.ts";
import { Bytes } from "../../components/bytes.tsx";
import { Duration } from "../../components/duration.tsx";
import { Link } from "../../routing/link.tsx";

const MEMORY_LEVELS = {
  caches_dropped: "caches were dropped",
  claiming_slowed: "jobs start slowly",
  work_refused: "new work is refused",
} as const;

/** The numbers that say how the server is doing now. @param stats undefined until they are loaded */
export function Numbers({ stats: data }: { stats: Stats | undefined }) {
  return (
    <dl class="numbers" aria-busy={data === undefined}>
      <Figure name="Running" to="/executions?status=running" value={data?.executions.running} />
      <Figure name="Waiting" to="/jobs?status=queued" value={data?.jobs.queued} />
      <Figure name="Retrying" to="/jobs?status=retrying" value={data?.jobs.retrying} />
      <Figure name="Sleeping" to="/jobs?status=sleeping" value={data?.jobs.sleeping} />
      <Figure name="Paused" to="/jobs?status=paused" value={data?.jobs.paused} />
      <Figure name="Needs attention" to="/jobs?status=needs_attention" value={data?.jobs.needs_attention} />
      <Figure name="Completed" to="/jobs?status=completed" value={data?.jobs.completed} />
      <Figure name="Failed" to="/jobs?status=failed" value={data?.jobs.failed} />
      <Figure name="Oldest waiting" value={data === undefined ? undefined : <Duration ms={data.oldestReadyMs} />} />
      <Figure name="Mean duration" value={data === undefined ? undefined : <Duration ms={data.meanDurationMs} />} />
      <Figure name="Workers" value={data?.workers} />
      {data?.memory !== undefined && <Figure name="Memory" value={<Memory {...data.memory} />} />}
    </dl>
  );
}

/** What the process uses, and what the server does about it above its mark. */
function Memory({ residentBytes, level }: NonNullable<Stats["memory"]>) {
  return (
    <>
      <Bytes value={residentBytes} />
      {level !== "normal" && <p class="memory-level">{MEMORY_LEVELS[level]}</p>}
    </>
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
