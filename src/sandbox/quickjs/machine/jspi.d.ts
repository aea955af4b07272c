/** JavaScript Promise Integration: https://webassembly.github.io/js-promise-integration/js-api/ */
declare namespace WebAssembly {
  /** Makes an import that suspends the WebAssembly stack while the promise it returned is pending. */
  class Suspending {
    constructor(host: (...values: never[]) => unknown);
  }
  /** Makes an export that returns a promise and may suspend. */
  function promising<A extends unknown[], R>(exported: (...values: A) => R): (...values: A) => Promise<R>;
}
