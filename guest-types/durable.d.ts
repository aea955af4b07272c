declare namespace Ratchet {
  /** A duration: "500ms", "7d", "2w" or a number of ms. At most ten years. */
  type Duration = string | number;

  /** How something is repeated after a failure, as in metadata.json. */
  interface RetryPolicy {
    maxRetries?: number;
    /** Before the first retry. Default: "1s". */
    delay?: Duration;
    /** Each delay is this much longer than the one before. Default: 2. */
    factor?: number;
    maxDelay?: Duration;
    /** Share by which a delay is randomly made shorter or longer, from 0 to 1. */
    jitter?: number;
    /** Names or codes of errors that are retried as well. */
    also?: string[];
    /** Names or codes of errors that are not retried. */
    never?: string[];
  }

  /** What can be given up alone. */
  interface Abandonable {
    /** When it aborts, the operation rejects with a CancelledError, and what it had started is cancelled. */
    signal?: AbortSignal;
  }

  /** How a task is called. */
  interface TaskCall extends Abandonable {
    /** An exact version. Default: the newest. */
    version?: string;
    /** Default: the task's own. */
    retry?: RetryPolicy;
    /** Then the task is cancelled, and the call rejects with a TimeoutError. Default: none. */
    timeout?: Duration;
  }

  /** Identifies a child. */
  interface ChildIds {
    readonly jobId: string;
    readonly executionId: string;
  }

  /** What stands in the place of an item of `map` that failed, with `onError: "continue"`. */
  interface FailedItem {
    readonly error: { readonly name: string; readonly message: string; readonly code?: string };
  }

  /** What `approve` resolves to. */
  interface Approval<Input = any> {
    readonly approved: boolean;
    /** Who decided; null after the timeout. */
    readonly by: string | null;
    /** When, in ISO 8601 and UTC. */
    readonly at: string;
    /** What was filled in. */
    readonly input: Input;
  }

  /** The durable methods of the context: what they return is recorded, and waiting takes no time of the limit. */
  interface DurableMethods {
    /** Waits. */
    sleep(duration: Duration): Promise<void>;
    /** Waits for a time: a Date, a text in ISO 8601 with a zone, or ms since the epoch. */
    sleepUntil(time: Date | string | number): Promise<void>;
    /** Runs another task, by label or uuid. With `detached`, it survives this run, and the call resolves at once. */
    call(task: string, input: unknown, options: TaskCall & { detached: true; key?: string }): Promise<ChildIds>;
    call<Output = any>(
      task: string,
      input?: unknown,
      options?: TaskCall & {
        /** Calls with the same key mean the same child. */
        key?: string;
        detached?: false;
      },
    ): Promise<Output>;
    /** Runs a task for each item, and keeps the order. */
    map<Output = any>(
      items: Iterable<unknown>,
      task: string,
      options?: TaskCall & {
        /** Default: 16. */
        concurrency?: number;
        onError?: "fail";
      },
    ): Promise<Output[]>;
    map<Output = any>(
      items: Iterable<unknown>,
      task: string,
      options: TaskCall & { concurrency?: number; onError: "continue" },
    ): Promise<(Output | FailedItem)[]>;
    /** Runs a function once, and keeps its result, which is JSON. `key` stays the same when the function is repeated. */
    step<Result>(
      name: string,
      fn: (step: { readonly key: string }) => Result | PromiseLike<Result>,
      options?: {
        /** Default: it is not repeated. */
        retry?: RetryPolicy;
        /** Of one attempt. */
        timeout?: Duration;
      },
    ): Promise<Result>;
    /** Resolves to the value of the next signal of this name. */
    waitFor<Value = any>(name: string, options?: Abandonable & { schema?: object; timeout?: Duration }): Promise<Value>;
    /** Asks people. A rejection does not throw. */
    approve<Input = any>(
      options: Abandonable & {
        title: string;
        /** Of a form: what is filled in is `input`. */
        schema?: object;
        /** Roles and names of users who may decide. */
        who?: string[];
        timeout?: Duration;
        /** What the timeout means. Default: "reject". */
        onTimeout?: "reject" | "approve" | "fail";
      },
    ): Promise<Approval<Input>>;
    /** Emits an event, once. */
    emit(name: string, value?: unknown): Promise<void>;
    /** Ends the run, which begins again with this input. It never resolves. */
    continueAsNew(input?: unknown): Promise<never>;
    readonly output: {
      /**
       * Adds an item to the stream of the run; resolves when there is room for more: at most 1,000 items or 1 MB wait for a slow reader.
       * Resolves to false once nobody reads the stream any more.
       */
      write(value: unknown): Promise<boolean>;
    };
  }
}
