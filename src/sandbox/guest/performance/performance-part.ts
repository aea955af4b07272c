import { needArguments, shapeInterface } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { isObjectOrFunction, toDictionary, toDomString } from "../webidl.ts";

const making = { allowed: false };
const now = performance.now.bind(performance);

interface EntryParts {
  name: string;
  entryType: string;
  startTime: number;
  duration: number;
  detail: unknown;
}

/** https://w3c.github.io/performance-timeline/#dom-performanceentry */
class PerformanceEntry {
  readonly #parts: EntryParts;

  constructor(parts: EntryParts) {
    if (!making.allowed) throw new TypeError("create entries with performance.mark and performance.measure");
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  get entryType(): string {
    return this.#parts.entryType;
  }

  get startTime(): number {
    return this.#parts.startTime;
  }

  get duration(): number {
    return this.#parts.duration;
  }

  toJSON(): object {
    const { name, entryType, startTime, duration } = this;
    return { name, entryType, startTime, duration };
  }

  /** Not part of the public interface. */
  static detailOf(entry: PerformanceEntry): unknown {
    return entry.#parts.detail;
  }
}

const { detailOf } = PerformanceEntry;

/** https://w3c.github.io/user-timing/#dom-performancemark */
class PerformanceMark extends PerformanceEntry {
  constructor(...given: unknown[]) {
    needArguments(given, 1, "PerformanceMark");
    const { startTime, detail } = toDictionary(given[1], "the options of a mark");
    const start = startTime === undefined ? now() : toTime(startTime);
    const parts = { entryType: "mark", startTime: start, duration: 0, detail: copyDetail(detail) };
    making.allowed = true;
    super({ name: toDomString(given[0], "the name of a mark"), ...parts });
    making.allowed = false;
  }

  get detail(): unknown {
    return detailOf(this);
  }
}

/** https://w3c.github.io/user-timing/#dom-performancemeasure */
class PerformanceMeasure extends PerformanceEntry {
  get detail(): unknown {
    return detailOf(this);
  }
}

/** In the order of their start. */
let timeline: PerformanceEntry[] = [];

function add<Entry extends PerformanceEntry>(entry: Entry): Entry {
  const after = timeline.findLastIndex((each) => each.startTime <= entry.startTime);
  timeline.splice(after + 1, 0, entry);
  return entry;
}

function toTime(value: unknown): number {
  const time = Number(value);
  if (!Number.isFinite(time) || time < 0) throw new TypeError("a time must be a number of milliseconds, 0 or more");
  return time;
}

function copyDetail(detail: unknown): unknown {
  if (detail === undefined || detail === null) return null;
  return (bridge.usePart("messages") as { structuredClone(value: unknown): unknown }).structuredClone(detail);
}

/** A mark by its name, or a time. */
function toPoint(value: unknown): number {
  if (typeof value === "number") return toTime(value);
  const name = toDomString(value, "the name of a mark");
  const mark = timeline.findLast((entry) => entry.name === name && entry.entryType === "mark");
  if (mark === undefined) throw new DOMException(`there is no mark "${name.slice(0, 100)}"`, "SyntaxError");
  return mark.startTime;
}

/** https://w3c.github.io/user-timing/#dom-performance-measure */
function measure(...given: unknown[]): PerformanceMeasure {
  needArguments(given, 1, "performance.measure");
  const [name, startOrOptions, endMark] = given;
  const text = toDomString(name, "the name of a measure");
  const options = isObjectOrFunction(startOrOptions) ? startOrOptions : { start: startOrOptions };
  const { start, end: endOption, duration, detail } = options as Record<string, unknown>;
  const isPlain = !isObjectOrFunction(startOrOptions);
  if (!isPlain) checkMeasure(options as Record<string, unknown>, endMark);
  const end = isPlain ? endMark : endOption;
  const length = duration === undefined ? undefined : toTime(duration);
  const endTime =
    end !== undefined ? toPoint(end) : start !== undefined && length !== undefined ? toPoint(start) + length : now();
  const startTime = start !== undefined ? toPoint(start) : length === undefined ? 0 : endTime - length;
  making.allowed = true;
  const parts = {
    name: text,
    entryType: "measure",
    startTime,
    duration: endTime - startTime,
    detail: copyDetail(detail),
  };
  const entry = new PerformanceMeasure(parts);
  making.allowed = false;
  return add(entry);
}

function checkMeasure({ start, end, duration }: Record<string, unknown>, endMark: unknown): void {
  if (endMark !== undefined) throw new TypeError("a measure with options can't have a third argument");
  if (start === undefined && end === undefined) throw new TypeError("a measure needs a start or an end");
  if (start !== undefined && end !== undefined && duration !== undefined) {
    throw new TypeError("a measure can't have a start, an end and a duration");
  }
}

function clear(type: string, name: unknown): void {
  const wanted = name === undefined ? undefined : toDomString(name, "a name");
  timeline = timeline.filter((entry) => entry.entryType !== type || (wanted !== undefined && entry.name !== wanted));
}

shapeInterface(PerformanceEntry, "PerformanceEntry");
shapeInterface(PerformanceMark, "PerformanceMark", { constructor: 1 });
shapeInterface(PerformanceMeasure, "PerformanceMeasure");
Reflect.deleteProperty(PerformanceEntry, "detailOf");

bridge.provided = {
  ...{ PerformanceEntry, PerformanceMark, PerformanceMeasure },
  methods: {
    mark: (...given: unknown[]) => add(new PerformanceMark(...given)),
    measure,
    getEntries: () => [...timeline],
    getEntriesByName: (...given: unknown[]) => {
      needArguments(given, 1, "performance.getEntriesByName");
      const [name, type] = given.map((value) => (value === undefined ? undefined : String(value)));
      return timeline.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type));
    },
    getEntriesByType: (...given: unknown[]) => {
      needArguments(given, 1, "performance.getEntriesByType");
      const type = String(given[0]);
      return timeline.filter((entry) => entry.entryType === type);
    },
    clearMarks: (name?: unknown) => clear("mark", name),
    clearMeasures: (name?: unknown) => clear("measure", name),
  },
};
