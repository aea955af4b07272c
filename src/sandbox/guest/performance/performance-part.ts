import type { GuestBase } from "../base.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { isObjectOrFunction, toDictionary, toDomString } from "../webidl.ts";

const making = { allowed: false };
const base = bridge.base as GuestBase;
const { now } = base;

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

/** The time at which the image was taken, ms since 1970. */
const origin = Date.now() - now();

/** https://w3c.github.io/hr-time/#sec-performance, with marks and measures */
class Performance extends base.EventTarget {
  readonly #origin = origin;

  constructor() {
    if (!making.allowed) throw new TypeError("there is only one Performance, the global performance");
    super();
  }

  get timeOrigin(): number {
    return this.#origin;
  }

  now(): number {
    void this.#origin; // throws for anything else than a Performance
    return now();
  }

  toJSON(): { timeOrigin: number } {
    return { timeOrigin: this.#origin };
  }

  mark(...given: unknown[]): PerformanceMark {
    void this.#origin;
    return add(new PerformanceMark(...given));
  }

  measure(...given: unknown[]): PerformanceMeasure {
    void this.#origin;
    return measure(...given);
  }

  clearMarks(name: unknown = undefined): void {
    void this.#origin;
    clear("mark", name);
  }

  clearMeasures(name: unknown = undefined): void {
    void this.#origin;
    clear("measure", name);
  }

  getEntries(): PerformanceEntry[] {
    void this.#origin;
    return [...timeline];
  }

  getEntriesByName(...given: unknown[]): PerformanceEntry[] {
    void this.#origin;
    needArguments(given, 1, "performance.getEntriesByName");
    const [name, type] = given.map((value) => (value === undefined ? undefined : toDomString(value, "a name")));
    return timeline.filter((entry) => entry.name === name && (type === undefined || entry.entryType === type));
  }

  getEntriesByType(...given: unknown[]): PerformanceEntry[] {
    void this.#origin;
    needArguments(given, 1, "performance.getEntriesByType");
    const type = toDomString(given[0], "a type");
    return timeline.filter((entry) => entry.entryType === type);
  }
}

function makePerformance(): Performance {
  making.allowed = true;
  const made = new Performance();
  making.allowed = false;
  return made;
}

shapeInterface(PerformanceEntry, "PerformanceEntry");
shapeInterface(PerformanceMark, "PerformanceMark", { constructor: 1 });
shapeInterface(PerformanceMeasure, "PerformanceMeasure");
const lengths = { mark: 1, measure: 1, getEntriesByName: 1, getEntriesByType: 1 };
shapeInterface(Performance, "Performance", lengths);
Reflect.deleteProperty(PerformanceEntry, "detailOf");

bridge.provided = {
  ...{ Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure },
  performance: makePerformance(),
};
