import uPlot from "uplot";

/** One line of a chart. */
export interface ChartSeries {
  name: string;
  /** One of the colours of statuses. */
  tone: "good" | "bad" | "busy" | "waiting" | "off";
  /** One value for each time; null where a value is missing. */
  values: readonly (number | null)[];
  /** Whether it is drawn as bars. @default false */
  isBars?: boolean;
}

/** A chart that is drawn. */
export interface ChartHandle {
  setValues(times: readonly number[], series: readonly ChartSeries[]): void;
  close(): void;
}

/** What {@link drawChart} needs. */
export interface ChartOptions {
  times: readonly number[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
}

const HEIGHT = 150;

/** Steps of the axis of values: whole numbers, since there is no half job and no half millisecond. */
const steps = () => Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** Draws a chart in an element, as wide as that is. */
export function drawChart(place: HTMLElement, { times, series, format }: ChartOptions): ChartHandle {
  const style = getComputedStyle(place);
  const colour = (name: string) => resolveColour(place, style.getPropertyValue(`--${name}`));
  const [quiet, line] = [colour("quiet"), colour("line")];
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const chart = new uPlot(
    {
      width: Math.max(120, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24 },
        { ...axis, size: 52, incrs: steps(), values: (_chart, values) => values.map(format) },
      ],
      series: [{}, ...series.map((one) => seriesOptions(one, colour(one.tone)))],
    },
    dataOf(times, series),
    place,
  );
  const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(120, place.clientWidth), height: HEIGHT }));
  observer.observe(place);
  return {
    setValues: (next, values) => chart.setData(dataOf(next, values)),
    close() {
      observer.disconnect();
      chart.destroy();
    },
  };
}

function seriesOptions({ name, isBars = false }: ChartSeries, stroke: string): uPlot.Series {
  const common = { label: name, stroke, width: 1.5, points: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] });
  return isBars && bars !== undefined ? { ...common, fill: stroke, width: 0, paths: bars } : common;
}

/** uPlot counts in seconds. */
function dataOf(times: readonly number[], series: readonly ChartSeries[]): uPlot.AlignedData {
  return [times.map((time) => time / 1_000), ...series.map(({ values }) => [...values])];
}

/** Returns a colour that a canvas understands, which `light-dark()` is not. */
function resolveColour(place: HTMLElement, value: string): string {
  const sample = document.createElement("span");
  sample.style.color = value;
  place.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}
