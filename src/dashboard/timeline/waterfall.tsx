import { Duration } from "../components/duration.tsx";
import { LocalTimes } from "../components/local-times.tsx";
import { placeOf, type TimeAxis } from "./time-axis.ts";
import type { TimelineRow } from "./timeline-row.ts";

/** Rows of a timeline as bars on a common axis. */
export function Waterfall({ rows, axis }: { rows: readonly TimelineRow[]; axis: TimeAxis }) {
  return (
    // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <div class="waterfall-frame" role="group" aria-label="Timeline" tabIndex={0}>
      <table class="waterfall">
        <caption class="visually-hidden">When each part began and how long it took</caption>
        <colgroup>
          <col class="waterfall-names" />
          <col />
          <col class="waterfall-durations" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Part</span>
            </th>
            <th scope="col">
              <span class="visually-hidden">When</span>
            </th>
            <th scope="col">
              <span class="visually-hidden">Duration</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row" class={`depth-${Math.min(row.depth, 4)}`} title={`${row.name} ${row.detail}`.trim()}>
                {row.name}{" "}
                {row.detail !== "" && (
                  <span class="quiet">
                    <LocalTimes text={row.detail} />
                  </span>
                )}
              </th>
              <td class="waterfall-track">
                <Bar row={row} axis={axis} />
              </td>
              <td class="cell-number">{row.durationMs === null ? openWord(row) : <Duration ms={row.durationMs} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Says what a part without an end is doing. */
function openWord({ error, tone }: TimelineRow): string {
  if (error !== null) return "stopped";
  return tone === "waiting" ? "waiting" : "running";
}

function Bar({ row, axis }: { row: TimelineRow; axis: TimeAxis }) {
  const { left, width, isCut } = placeOf(row, axis);
  const names = [
    "bar",
    `bar-${row.error === null ? row.tone : "bad"}`,
    isCut && "bar-cut",
    row.durationMs === null && "bar-open",
  ];
  return (
    <div class="bar-line" title={row.error ?? undefined}>
      <div class={names.filter(Boolean).join(" ")} style={{ left: `${left}%`, width: `${width}%` }} />
    </div>
  );
}
