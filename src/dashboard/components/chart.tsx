import { useEffect, useRef } from "preact/hooks";
import { loadChunk } from "../api/load-chunk.ts";
import { useApp } from "../app-context.ts";
import type { ChartHandle, ChartSeries } from "./chart-view.ts";

/** What {@link Chart} takes. */
export interface ChartProps {
  title: string;
  /** The chart in a sentence, for those who can't see it. */
  summary: string;
  /** Times of the values, in ms since the epoch, ascending. */
  times: readonly number[];
  series: readonly ChartSeries[];
  /** Writes a value. @default as a number */
  format?: (value: number) => string;
}

/** Values over time. The library that draws it is a chunk of its own. */
export function Chart({ title, summary, times, series, format = String }: ChartProps) {
  const { theme } = useApp();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartHandle | undefined>(undefined);
  const latest = useRef({ times, series });
  latest.current = { times, series };
  const names = series.map(({ name, tone }) => `${name}:${tone}`).join();
  const choice = theme.choice.value;
  useEffect(() => {
    let stop = () => {};
    const draw = () => {
      stop();
      stop = loadChunk(
        () => import("./chart-view.ts"),
        ({ drawChart }) => {
          if (place.current === null) return;
          chart.current?.close();
          chart.current = drawChart(place.current, { ...latest.current, format });
        },
      );
    };
    draw();
    // The canvas has the colours of the theme in which it was drawn.
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", draw);
    return () => {
      stop();
      system.removeEventListener("change", draw);
      chart.current?.close();
      chart.current = undefined;
    };
  }, [names, choice]);
  useEffect(() => chart.current?.setValues(times, series), [times, series]);
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-legend">
          {series.map(({ name, tone, total }) => (
            <span key={name} class={`legend legend-${tone}`}>
              {name}
              {total !== undefined && ` ${total.toLocaleString("en")}`}
            </span>
          ))}
        </span>
      </figcaption>
      <div class="chart-place" role="img" aria-label={summary} ref={place} />
    </figure>
  );
}
