/**
 * Keeps a value for the functions that `run` calls. It is there until `run` returns; code after an `await` no longer
 * sees it, because the engine has no hooks for that.
 */
class AsyncLocalStorage<T> {
  #store: T | undefined;

  static bind<F>(run: F): F {
    return run;
  }

  static snapshot() {
    return <R>(run: (...values: unknown[]) => R, ...values: unknown[]): R => run(...values);
  }

  getStore(): T | undefined {
    return this.#store;
  }

  run<R>(store: T, run: (...values: unknown[]) => R, ...values: unknown[]): R {
    const before = this.#store;
    this.#store = store;
    try {
      return run(...values);
    } finally {
      this.#store = before;
    }
  }

  exit<R>(run: (...values: unknown[]) => R, ...values: unknown[]): R {
    return this.run(undefined as T, run, ...values);
  }

  enterWith(store: T): void {
    this.#store = store;
  }

  disable(): void {
    this.#store = undefined;
  }
}

class AsyncResource {
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }

  static bind<F>(run: F): F {
    return run;
  }

  bind<F>(run: F): F {
    return run;
  }

  runInAsyncScope<R>(run: (...values: unknown[]) => R, self?: unknown, ...values: unknown[]): R {
    return Reflect.apply(run, self, values);
  }

  emitDestroy(): this {
    return this;
  }

  asyncId(): number {
    return 1;
  }

  triggerAsyncId(): number {
    return 0;
  }
}

export default {
  AsyncLocalStorage,
  AsyncResource,
  createHook: () => ({ enable: () => undefined, disable: () => undefined }),
  executionAsyncId: () => 1,
  triggerAsyncId: () => 0,
  executionAsyncResource: () => ({}),
};
