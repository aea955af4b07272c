import { LOG_LEVELS } from "../../domain/execution.ts";
import type { LogFilter, LogLine } from "../../store/contract/logs.ts";
import type { Store } from "../../store/contract/store.ts";
import { createFeed, type Feed, type FeedOptions } from "../events/event-feed.ts";

/** New lines of the log, for any number of readers. */
export type LogFeed = Feed<LogLine>;

/** Creates the feed of the log. */
export function createLogFeed({
  logs,
  ...options
}: Omit<FeedOptions<LogLine>, "source" | "sizeOf"> & Pick<Store, "logs">): LogFeed {
  return createFeed({ ...options, source: logs, sizeOf: ({ message }) => message.length });
}

/** Returns a function that says whether a line meets the conditions of a filter. The labels of tasks are left to a scope. */
export function lineMatcher(filter: LogFilter): (line: LogLine) => boolean {
  const { taskId, jobId, executionId, since, grep, ofTasks } = filter;
  const least = filter.level === undefined ? 0 : LOG_LEVELS.indexOf(filter.level);
  return (line) =>
    (taskId === undefined || line.taskId === taskId) &&
    (jobId === undefined || line.jobId === jobId) &&
    (executionId === undefined || line.executionId === executionId) &&
    (since === undefined || line.time >= since) &&
    (least === 0 || LOG_LEVELS.indexOf(line.level) >= least) &&
    (grep === undefined || line.message.includes(grep)) &&
    (ofTasks !== true || line.taskId !== null);
}
