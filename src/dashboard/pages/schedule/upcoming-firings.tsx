import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { NextFirings } from "../../schedule/plan-preview.tsx";
import { TimeStrip } from "../../schedule/time-strip.tsx";
import { firingMark } from "./firing-mark.ts";

/** How many firings the strip shows on each side of now. */
const SHOWN = 12;

/** The next firings, and the latest ones, on a line of time. */
export function UpcomingFirings({ schedule: { id, enabled } }: { schedule: Schedule }) {
  const { api } = useApp();
  const { data, problem } = useLoad(
    async (signal) => {
      const [next, past] = await Promise.all([
        api.call("GET /api/v1/schedules/:id/next", { params: { id }, query: { count: SHOWN }, signal }),
        api.call("GET /api/v1/schedules/:id/firings", { params: { id }, query: { limit: SHOWN }, signal }),
      ]);
      return { next: next.items, past: past.items };
    },
    [id],
    { on: ["schedule.*"] },
  );
  return (
    <section class="panel" aria-labelledby="upcoming">
      <div class="panel-head">
        <h2 id="upcoming">Upcoming firings</h2>
      </div>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {!enabled && <p class="quiet">The schedule is paused. These are the firings of its plan.</p>}
      {data !== undefined && (
        <>
          <TimeStrip
            label="Latest and next firings"
            marks={[
              ...data.past.map(firingMark),
              ...data.next.map(({ at, note }) => ({ at, text: note ?? "next firing", look: "next" as const })),
            ]}
          />
          <NextFirings firings={data.next.slice(0, 5)} />
        </>
      )}
    </section>
  );
}
