import uPlot from "uplot";

/** One line of a chart. */
export interface ChartSeries {
  name: string;
  /** Its sum, said beside the name. @default none */
  total?: number;
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

/** Draws a chart in an element, as wide as that is. What is pointed at is said above it. */
export function drawChart(place: HTMLElement, { times, series, format }: ChartOptions): ChartHandle {
  const style = getComputedStyle(place);
  const colour = (name: string) => resolveColour(place, style.getPropertyValue(`--${name}`));
  const [quiet, line] = [colour("quiet"), colour("line")];
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
  const readout = document.createElement("p");
  readout.className = "chart-readout";
  const say = (chart: uPlot) => {
    readout.textContent = textAtCursor(chart, format);
  };
  const chart = new uPlot(
    {
      width: Math.max(120, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: { range: (_chart, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, size: 24, space: 60, values: (_chart, times) => times.map(timeLabels(times)) },
        { ...axis, size: 52, incrs: steps(), values: (_chart, values) => values.map(format) },
      ],
      series: [{}, ...series.map((one) => seriesOptions(one, colour(one.tone)))],
      hooks: { setCursor: [say] },
    },
    dataOf(times, series),
    place,
  );
  say(chart);
  place.append(readout);
  const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(120, place.clientWidth), height: HEIGHT }));
  observer.observe(place);
  return {
    setValues(next, values) {
      chart.setData(dataOf(next, values));
      say(chart);
    },
    close() {
      observer.disconnect();
      chart.destroy();
      readout.remove();
    },
  };
}

function seriesOptions({ name, isBars = false }: ChartSeries, stroke: string): uPlot.Series {
  // A value between two missing ones is no line, and would not be seen.
  const points = {
    show: false,
    size: 5,
    fill: stroke,
    filter: (chart: uPlot, index: number) => lonePoints(chart.data[index]),
  };
  const common = { label: name, stroke, width: 1.5, points };
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] });
  return isBars && bars !== undefined ? { ...common, fill: stroke, width: 0, paths: bars } : common;
}

/** Returns the places of values whose neighbours are missing. */
function lonePoints(values: ArrayLike<number | null | undefined> = []): number[] {
  const all = Array.from(values);
  return all.flatMap((value, index) =>
    value != null && all[index - 1] == null && all[index + 1] == null ? [index] : [],
  );
}

const DAY_S = 86_400;

/** Returns what writes the labels of these times, s: the time of day, or the day where one begins. */
function timeLabels([first = 0, second = first]: readonly number[]): (at: number) => string {
  return (at) => {
    const date = new Date(at * 1_000);
    const isDay = second - first >= DAY_S || (date.getHours() === 0 && date.getMinutes() === 0);
    return isDay ? dayText(date) : clockText(date);
  };
}

function dayText(date: Date): string {
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

function clockText(date: Date): string {
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** Says which time is pointed at, and the values then. */
function textAtCursor({ cursor: { idx }, data, series }: uPlot, format: (value: number) => string): string {
  const isEmpty = data.slice(1).every((values) => Array.from(values).every((value) => value == null));
  const at = idx == null ? undefined : data[0][idx];
  if (idx == null || at === undefined) return isEmpty ? "Nothing ran in this time." : "";
  const values = series.slice(1).map(({ label }, index) => {
    const value = data[index + 1]?.[idx];
    return `${label} ${value == null ? "–" : format(value)}`;
  });
  const date = new Date(at * 1_000);
  return `${dayText(date)}, ${clockText(date)}: ${values.join(", ")}`;
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
