interface PerformanceMarkOptions {
  detail?: any;
  /** In ms since `timeOrigin`. Default: now. */
  startTime?: number;
}
interface PerformanceMeasureOptions {
  detail?: any;
  start?: string | number;
  end?: string | number;
  /** In ms. */
  duration?: number;
}
/** A mark or a measure. */
interface PerformanceEntry {
  readonly name: string;
  /** "mark" or "measure". */
  readonly entryType: string;
  /** In ms since `timeOrigin`. */
  readonly startTime: number;
  /** In ms. */
  readonly duration: number;
  toJSON(): any;
}
declare var PerformanceEntry: {
  prototype: PerformanceEntry;
  new (): PerformanceEntry;
};
/** A moment that has a name. */
interface PerformanceMark extends PerformanceEntry {
  readonly detail: any;
}
declare var PerformanceMark: {
  prototype: PerformanceMark;
  new (markName: string, markOptions?: PerformanceMarkOptions): PerformanceMark;
};
/** The time between two moments. */
interface PerformanceMeasure extends PerformanceEntry {
  readonly detail: any;
}
declare var PerformanceMeasure: {
  prototype: PerformanceMeasure;
  new (): PerformanceMeasure;
};
/** Measures time. Nothing is recorded but the task's own marks and measures, which nothing observes. */
interface Performance extends EventTarget {
  /** When the execution began, in ms since 1970. */
  readonly timeOrigin: number;
  /** Time since `timeOrigin`, in ms. */
  now(): number;
  mark(markName: string, markOptions?: PerformanceMarkOptions): PerformanceMark;
  measure(
    measureName: string,
    startOrMeasureOptions?: string | PerformanceMeasureOptions,
    endMark?: string,
  ): PerformanceMeasure;
  getEntries(): PerformanceEntry[];
  getEntriesByName(name: string, type?: string): PerformanceEntry[];
  getEntriesByType(type: string): PerformanceEntry[];
  clearMarks(markName?: string): void;
  clearMeasures(measureName?: string): void;
  toJSON(): any;
}
declare var Performance: {
  prototype: Performance;
  new (): Performance;
};
/** Measures time, in ms. */
declare var performance: Performance;
