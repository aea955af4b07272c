import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { Duration } from "../../components/duration.tsx";
import { JsonView } from "../../components/json-view.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Fact, Facts } from "../../detail/facts.tsx";
import { overlapWords } from "../../schedule/overlaps.ts";
import { Plan } from "../../schedule/plan.tsx";

/** What a schedule does and when. */
export function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const { task, overlap, catchUpWindow, pausedReason, nextAt, lastAt, input } = schedule;
  return (
    <>
      <Facts>
        <Fact name="Task">
          <TaskLink task={task} />
        </Fact>
        <Fact name="Fires">
          <Plan schedule={schedule} />
        </Fact>
        <Fact name="Next firing">
          <Time at={nextAt} />
        </Fact>
        <Fact name="Last firing">
          <Time at={lastAt} />
        </Fact>
        <Fact name="Paused because">{pausedReason}</Fact>
        <Fact name="Overlap">{overlapWords(overlap)}</Fact>
        <Fact name="Catches up">
          <Duration ms={catchUpWindow} />
        </Fact>
      </Facts>
      <section class="panel" aria-labelledby="input">
        <div class="panel-head">
          <h2 id="input">Input</h2>
        </div>
        <JsonView label="Input" value={input} />
      </section>
    </>
  );
}
