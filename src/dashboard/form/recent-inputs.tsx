import { useState } from "preact/hooks";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { Time } from "../components/time.tsx";
import type { FieldValue } from "./schema/json.ts";

/** How much of an input is shown, in characters. */
const SHOWN = 120;

/** The inputs of the task's latest jobs, to begin with one of them. @param task its label, uuid or id */
export function RecentInputs({ task, onChoose }: { task: string; onChoose: (input: FieldValue) => void }) {
  const { api } = useApp();
  const [isOpen, setOpen] = useState(false);
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/inputs", { params: { task }, query: { limit: 10 }, signal }),
    [task],
    { on: ["job.*"] },
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <div class="recent-inputs">
      <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Recent inputs
      </button>
      {isOpen && (
        <ul>
          {data.items.map(({ input, jobId, at }) => (
            <li key={jobId}>
              <button
                type="button"
                class="recent-input"
                onClick={() => {
                  onChoose(input as FieldValue);
                  setOpen(false);
                }}
              >
                <code>{shortened(JSON.stringify(input))}</code>{" "}
                <span class="quiet">
                  job {jobId}, <Time at={at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text;
}
