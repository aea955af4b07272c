/**
 * The contract between a task and Ratchet. This namespace has types only: nothing of it exists when the task runs.
 */
declare namespace Ratchet {
  /** A value that JSON can express: every input and every output. */
  type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

  /**
   * A task's function, with the types of its input and of its output:
   *
   *     const main: Ratchet.Task<{ city: string }, number> = async ({ city }, { secrets }) => ...
   *
   * It may return the output or a promise of it. Types are not checked when the task runs: input.schema.json and
   * output.schema.json are.
   */
  type Task<Input = any, Output = unknown, Secret extends string = string> = (
    input: Input,
    context: Context<Secret>,
  ) => Output | PromiseLike<Output>;

  /** The second argument of the task's function. `Secret` names the secrets of metadata.json's `permissions.secrets`. */
  interface Context<Secret extends string = string> extends DurableMethods {
    /** Identifies this execution. An attempt that retries a job is an execution of its own. */
    readonly executionId: string;
    /** Which attempt of its job this is, from 1. Always 1 on the command line. */
    readonly attempt: number;
    /** The task that runs. */
    readonly task: TaskIdentity;
    /** The values of the secrets that metadata.json declares in `permissions.secrets`, by name. All of them have a value. */
    readonly secrets: Readonly<Record<Secret, string>>;
    /**
     * For a job that a schedule created: the firing time as planned, in ISO 8601 and UTC (`2026-11-03T01:00:00.000Z`). It
     * is the same in retries, catch-up and backfills, so derive the period that you process from it and not from the
     * current time.
     */
    readonly scheduledAt?: string;
    /** Aborted when the execution is cancelled. Pass it to `fetch`, or listen to its `abort` event. */
    readonly signal: AbortSignal;
    /**
     * Reports progress: any value that JSON can express. The latest one is shown with the job, on the command line and in
     * live events.
     */
    progress(value: unknown): void;
  }

  /** Identifies a task and its version, as metadata.json does. */
  interface TaskIdentity {
    readonly uuid: string;
    /** A semantic version. */
    readonly version: string;
    readonly label: string;
  }

  /** The members of `export const meta` in a task that is a single file: the fields of metadata.json, all optional. */
  interface Meta {
    uuid?: string;
    /** A semantic version. Default: "0.0.0". */
    version?: string;
    /** The task's short name: one line of at most 100 characters. Default: the name of the file. */
    label?: string;
    /** What the task does. */
    description?: string;
    /** What runs the task. Default: "quickjs". */
    engine?: "quickjs";
    /** How much one execution may use. */
    limits?: Limits;
    /** The time zone of the task's dates: an IANA name such as "Europe/Berlin". Default: "UTC". */
    timezone?: string;
    /** Makes every `fetch` throw the typed error for a status that is not 2xx. Default: false. */
    throwHttpErrors?: boolean;
    /** With --ndjson, the task takes all rows as one input: an async iterable. Default: false. */
    stream?: boolean;
    permissions?: {
      /** The hosts that `fetch` may call: "api.example.com", "*.example.org", "localhost:8080". Default: any host. */
      hosts?: string[];
      /** The secrets that the task gets as `context.secrets`. Default: none. */
      secrets?: string[];
    };
    retry?: Retry;
    http?: Http;
  }

  /** How the task's calls of `fetch` are retried and limited. A call can set most of it for itself. */
  interface Http {
    /** How GET, HEAD, OPTIONS, PUT and DELETE are repeated after 408, 425, 429, 5xx and failed connections; false for never. */
    retry?: { maxRetries?: number; delay?: string | number; maxDelay?: string | number } | false;
    /** Time for a call: all attempts, the waits between them, and the body. Default: "30s". */
    timeout?: string | number;
    /** Time for connecting, for each attempt. Default: "10s". */
    connectTimeout?: string | number;
    /** Time from sending the request to the head of the response, for each attempt. Default: only `timeout`. */
    firstByteTimeout?: string | number;
    /** The largest body of a response. Default: only `limits.fetchResponse`. */
    maxResponseSize?: string | number;
    /** The most requests to one origin in any period of that length. Others wait. Default: no limit. */
    rateLimit?: { count: number; period: string | number };
    /** false: the circuit breaker neither counts nor refuses the task's calls. Default: true. */
    breaker?: boolean;
  }

  /** Durations are texts such as "300ms", "5s", "2m" and "1h", or numbers of ms. Sizes are "512kB", "64MB", or numbers of bytes. */
  interface Limits {
    /** Wall time. Waiting for a durable operation does not count. Default: "30s". */
    time?: string | number;
    /** Time at work after a cancellation of a durable run, for `catch` and `finally`. Default: "10s". */
    cleanup?: string | number;
    /** Memory of the task, engine included, from 4MB to 2GB. Default: "64MB". */
    memory?: string | number;
    /** From 16kB to 4MB. Default: "256kB", some 1,000 nested calls. */
    stack?: string | number;
    /** The output as JSON. Default: "16MB". */
    output?: string | number;
    /** Everything that is written to the console. Default: "1MB". */
    logs?: string | number;
    /** Number of calls. Default: 1000. */
    fetches?: number;
    /** The body of one response. Default: "16MB". */
    fetchResponse?: string | number;
    /** Bodies of all requests and responses together. Default: "64MB". */
    fetchTotal?: string | number;
  }

  /** How a failed job is retried. */
  interface Retry {
    /** Retries after the first attempt, 0 to 1000. Default: 3. */
    maxRetries?: number;
    /** Before the first retry. Default: "1s". */
    delay?: string | number;
    /** Each delay is this many times the previous one, 1 to 100. Default: 2. */
    factor?: number;
    /** The longest delay. Default: "10m". */
    maxDelay?: string | number;
    /** Random share that is added or subtracted, 0 to 1. Default: 0.25. */
    jitter?: number;
    /** Names or codes of errors that are retried in addition. */
    also?: string[];
    /** Names or codes of errors that are not retried. Takes precedence over `also`. */
    never?: string[];
  }
}
