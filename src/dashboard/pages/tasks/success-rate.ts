/** How executions ended. */
export interface Outcomes {
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** Returns the share of executions that completed, such as "98 %", of those that were not cancelled. */
export function rateText({ completed, failed }: Outcomes): string {
  const total = completed + failed;
  if (total === 0) return "–";
  const percent = (100 * completed) / total;
  // A single failure among thousands is not "100 %".
  const shown = failed > 0 && percent > 99.9 ? "99.9" : percent.toFixed(percent > 99 && percent < 100 ? 1 : 0);
  return `${shown} %`;
}

/** Returns how all executions ended. */
export function sumOf(steps: readonly Outcomes[]): Outcomes {
  const sum = { completed: 0, failed: 0, cancelled: 0 };
  for (const { completed, failed, cancelled } of steps) {
    sum.completed += completed;
    sum.failed += failed;
    sum.cancelled += cancelled;
  }
  return sum;
}
