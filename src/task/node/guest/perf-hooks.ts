export default {
  performance: globalThis.performance,
  constants: {},
  /** Nothing is measured for observers, so one never hears anything. */
  PerformanceObserver: class PerformanceObserver {
    static supportedEntryTypes: string[] = [];
    observe(): void {}
    disconnect(): void {}
    takeRecords(): unknown[] {
      return [];
    }
  },
};
