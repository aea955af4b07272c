import type { QueryOf } from "../../api/client.ts";
import { useQuery } from "../../routing/use-query.ts";

/** How much of the past the overview shows. */
export type Period = NonNullable<QueryOf<"GET /api/v1/stats/history">["period"]>;

/** The periods with their names. */
export const PERIODS: readonly { value: Period; name: string; length: string }[] = [
  { value: "hour", name: "Hour", length: "in the last hour" },
  { value: "day", name: "Day", length: "in the last day" },
  { value: "week", name: "Week", length: "in the last week" },
];

/** Returns the period in the address of the page, and the function that changes it. */
export function usePeriod(): [period: Period, set: (period: Period) => void] {
  const [value, set] = useQuery("period");
  const known = PERIODS.find((period) => period.value === value);
  return [known?.value ?? "hour", (period) => set(period === "hour" ? undefined : period)];
}
