import type { Clock, Timer } from "../lib/clock.ts";
import type { JobStore } from "../store/contract/jobs.ts";
import type { RunningJob, TakenReport } from "./running-job.ts";

/** Dependencies of the live reports. */
export interface LiveReportsOptions {
  jobs: Pick<JobStore, "report">;
  clock: Clock;
  running: ReadonlyMap<number, Pick<RunningJob, "takeReport" | "isAhead">>;
  /** Stores what the reports so far follow from, if it is not stored yet. */
  catchUp: () => Promise<void>;
  onError: (error: unknown) => void;
}

/** Stores the log lines and the progress of jobs while they run. */
export interface LiveReports {
  /** Stores what there is soon. @param urgent a task waits until its lines are stored */
  schedule(urgent: boolean): void;
  stop(): void;
}

/** Delay between news of a job and its storage, ms: many lines share one write, and who follows them waits for it. */
const DELAY_MS = 100;
/** About the number of log lines in one transaction, so that it holds up nobody. */
const MAX_LINES = 4_000;

export function createLiveReports({ jobs, clock, running, catchUp, onError }: LiveReportsOptions): LiveReports {
  let timer: Timer | undefined;
  let isUrgent = false;

  function schedule(urgent: boolean): void {
    if (urgent && !isUrgent) {
      timer?.cancel();
      timer = undefined;
      isUrgent = true;
    }
    timer ??= clock.after(urgent ? 1 : DELAY_MS, store);
  }

  function store(): void {
    timer = undefined;
    isUrgent = false;
    const { taken, hasMore, isAhead } = takeReports(running.values());
    if (hasMore) schedule(true);
    if (taken.length === 0) return;
    const reports = taken.map(({ report }) => report);
    const stored = isAhead ? catchUp().then(() => jobs.report(reports)) : jobs.report(reports);
    stored.then(
      () => {
        for (const { stored } of taken) stored();
        // A job that has written more in the meantime has waited for these lines to be stored.
        schedule(taken.some(({ isFull }) => isFull()));
      },
      (error: unknown) => {
        for (const { failed } of taken) failed();
        onError(error);
      },
    );
  }

  return { schedule, stop: () => timer?.cancel() };
}

interface TakenReports {
  taken: TakenReport[];
  /** There are more than fit into one transaction. */
  hasMore: boolean;
  /** Some of them follow from what is not stored yet. */
  isAhead: boolean;
}

/** Takes the reports of as many jobs as fit into one transaction. */
function takeReports(running: Iterable<Pick<RunningJob, "takeReport" | "isAhead">>): TakenReports {
  const taken: TakenReport[] = [];
  let lines = 0;
  let isAhead = false;
  for (const job of running) {
    if (lines >= MAX_LINES) return { taken, hasMore: true, isAhead };
    const news = job.takeReport();
    if (news === undefined) continue;
    isAhead ||= job.isAhead();
    lines += news.report.logs?.length ?? 0;
    taken.push(news);
  }
  return { taken, hasMore: false, isAhead };
}
