interface Options {
  signal?: AbortSignal;
}

function wait<T>(ms = 1, value?: T, { signal }: Options = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      const error = new Error("The operation was aborted", { cause: signal?.reason });
      return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
    };
    if (signal?.aborted) return reject(aborted());
    const abort = () => {
      clearTimeout(timer);
      reject(aborted());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

async function* setInterval<T>(ms = 1, value?: T, options: Options = {}): AsyncGenerator<T | undefined> {
  for (;;) yield await wait(ms, value, options);
}

export default {
  setTimeout: wait,
  setImmediate: <T>(value?: T, options: Options = {}) => wait(0, value, options),
  setInterval,
  scheduler: { wait: (ms: number, options: Options = {}) => wait(ms, undefined, options), yield: () => wait(0) },
};
