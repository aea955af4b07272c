import type { ValueChecks } from "../checking/value-checks.ts";
import type { Job, NewJob } from "../domain/job.ts";
import type { Clock } from "../lib/clock.ts";
import type { RunStore } from "../store/contract/runs.ts";
import type { MeasuredRun } from "../telemetry/measurements.ts";
import type { EngineKeeper } from "./engine-keeper.ts";
import type { RunProtection } from "./run-protection.ts";
import type { StreamNews } from "./stream-news.ts";

/** A child that a run asks for. */
export interface ChildRequest {
  /** Label or uuid. */
  task: string;
  version?: string | undefined;
  /** JSON text. */
  input: string;
  /** Its input is the stream of another child. @default false */
  isStream?: boolean;
}

/** What is known of a task before a child of it starts. */
export interface PreparedChild {
  job: NewJob;
  /** Label of the child's task. */
  label: string;
  /** The task says how its jobs are retried. */
  hasRetryPolicy: boolean;
  /** The task takes a stream of rows as its input. */
  takesStream: boolean;
}

/** @throws {RatchetError} as a request for a job */
export type PrepareChild = (request: ChildRequest) => Promise<PreparedChild>;

/** What the hosts of runs work with. */
export interface RunHostOptions {
  runs: Pick<RunStore, "load" | "settlements" | "depth" | "dropImage" | "kept" | "streamUse" | "streamPart">;
  /** Tells hosts of this process what happens to the streams between their jobs. */
  streams: StreamNews;
  /** Checks the rows that jobs read. @default they are not checked */
  checks?: Pick<ValueChecks, "violations"> | undefined;
  clock: Clock;
  /** Encrypts what is stored of runs. */
  protection: RunProtection;
  engines: EngineKeeper;
  /**
   * Returns a function that finds the tasks of children and checks their inputs. It looks up each task once.
   * @param parent the job whose run asks
   */
  childPreparation(parent: Job): PrepareChild;
  /** Keeps the files of a version, which a run goes on with. It never rejects: a run also goes on while its source has the version. */
  keepVersion(taskId: number, version: string): Promise<void>;
  /** Returns the label of a task, for messages. */
  labelOf(taskId: number): Promise<string>;
  /** How long a guest waits in memory before it goes to sleep, ms. */
  sleepAfterMs: number;
  /** Receives what runs do. @default nobody does */
  onMeasured?: ((measured: MeasuredRun) => void) | undefined;
  /** Receives errors that no caller waits for. */
  onError: (error: unknown) => void;
}
