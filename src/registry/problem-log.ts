import type { Problem } from "../domain/problem.ts";
import { placeOf } from "../task/failure.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { SourceStatus } from "./registry.ts";

/** A thousand problems at once are logged as the first few and the number of the others. */
const MOST_AT_ONCE = 20;

/** Logs problems of tasks that are new. */
export function createProblemLog(
  logger: Logger,
): (sources: readonly Pick<SourceStatus, "name" | "problems">[]) => void {
  let known: ReadonlySet<string> = new Set();
  return (sources) => {
    const now = new Set<string>();
    const fresh: { source: string; problem: Problem }[] = [];
    for (const { name: source, problems } of sources) {
      for (const problem of problems) {
        const key = `${source}\n${placeOf(problem)}\n${problem.message}`;
        if (!known.has(key) && !now.has(key)) fresh.push({ source, problem });
        now.add(key);
      }
    }
    known = now;
    for (const { source, problem } of fresh.slice(0, MOST_AT_ONCE)) {
      const { file, message } = problem;
      logger.warn(message.startsWith(file) ? message : `${placeOf(problem)}: ${message}`, {
        source,
        severity: problem.severity,
        remedy: problem.remedy,
      });
    }
    const more = fresh.length - MOST_AT_ONCE;
    if (more > 0) logger.warn(`${more} more problems of tasks: run \`ratchet repo status\` to see all of them`);
  };
}
