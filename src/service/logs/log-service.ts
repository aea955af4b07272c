import { RatchetError } from "../../domain/errors.ts";
import { LOG_LEVELS, type LogLevel } from "../../domain/execution.ts";
import { noExecution, noJob } from "../../domain/not-found.ts";
import { defined } from "../../lib/defined.ts";
import { DURATION_FORMS, parseDuration } from "../../lib/duration.ts";
import { parseTime, TIME_FORMS } from "../../lib/time-text.ts";
import type { LogFilter, LogLine } from "../../store/contract/logs.ts";
import type { Page } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkLength, listedItems, wrongMember } from "../request-checks.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";

/** Conditions on lines, as callers write them. A line has to meet all of them. */
export interface LogConditions {
  task?: TaskReference;
  job?: number;
  execution?: number;
  /** This level and the ones above: `debug`, `info`, `warn` or `error`. */
  level?: string;
  /** How long ago, such as `1h`, or a time. */
  since?: string;
  /** Text that the message contains. */
  grep?: string;
}

/** What is listed, and to whom. */
export interface LogRequest {
  conditions: LogConditions;
  /** @default {@link USUAL_LINES} */
  limit?: number | undefined;
  cursor?: string | undefined;
  /** @default "desc" */
  order?: "asc" | "desc" | undefined;
  /** Messages that concern no task may name people, and what is behind the server: they are for admins. */
  isAdmin: boolean;
}

/** Longest text to look for, characters. */
export const LONGEST_TEXT = 1_000;

/** Default number of lines on a page. */
export const USUAL_LINES = 100;

/** What tasks and the server say. */
export interface LogService {
  /**
   * Lists lines, the newest first. @param pointer where the conditions are in the request
   * @throws {RatchetError} TASK_NOT_FOUND, JOB_NOT_FOUND, EXECUTION_NOT_FOUND, USAGE
   */
  list(request: LogRequest, pointer: string): Promise<Page<LogLine>>;
  /** Returns what a follower of new lines looks for. @throws {RatchetError} as {@link list} */
  filterOf(request: Pick<LogRequest, "conditions" | "isAdmin">, pointer: string): Promise<LogFilter>;
}

/** Creates the service of the log. */
export function createLogService({ store }: Pick<ServiceDependencies, "store">): LogService {
  const filterOf: LogService["filterOf"] = async ({ conditions, isAdmin }, pointer) => {
    const { task, job, execution, level, since, grep } = conditions;
    checkLength(grep, `${pointer}/grep`, LONGEST_TEXT);
    if (job !== undefined && (await store.jobs.get(job)) === undefined) throw noJob(job);
    if (execution !== undefined && (await store.executions.getMany([execution])).length === 0) {
      throw noExecution(execution);
    }
    return defined({
      taskId: await taskIdOf(store.tasks, task),
      jobId: job,
      executionId: execution,
      level: level === undefined ? undefined : readLevel(level, `${pointer}/level`),
      since: since === undefined ? undefined : readSince(since, `${pointer}/since`),
      grep: grep === "" ? undefined : grep,
      ofTasks: isAdmin ? undefined : true,
    });
  };
  return {
    filterOf,
    async list({ limit, cursor, order, ...request }, pointer) {
      const filter = await filterOf(request, pointer);
      const page = { limit: listedItems(limit, USUAL_LINES, `${pointer}/limit`), ...defined({ cursor, order }) };
      return store.logs.list(filter, page);
    },
  };
}

/** @throws {RatchetError} USAGE with the pointer */
function readLevel(text: string, pointer: string): LogLevel {
  const level = LOG_LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  throw wrongMember(pointer, `is ${JSON.stringify(text).slice(0, 100)}; it must be one of ${LOG_LEVELS.join(", ")}`);
}

/** @returns ms since the epoch @throws {RatchetError} USAGE with the pointer */
function readSince(text: string, pointer: string): number {
  const ago = parseDuration(text);
  const time = ago === undefined ? parseTime(text) : Math.max(0, Date.now() - ago);
  if (time !== undefined) return time;
  const forms = `${DURATION_FORMS}, or ${TIME_FORMS}`;
  throw new RatchetError("USAGE", `${pointer} is ${JSON.stringify(text).slice(0, 100)}; it must be ${forms}.`, {
    data: { violations: [{ pointer, message: `must be ${forms}` }] },
  });
}
