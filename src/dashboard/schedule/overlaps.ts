import type { Schedule } from "../../../dist/generated/api-types.ts";

/** What to do when a schedule fires while one of its jobs is unfinished, in words. */
export const OVERLAPS: readonly { value: Schedule["overlap"]; name: string }[] = [
  { value: "skip", name: "Skip the firing" },
  { value: "buffer_one", name: "Run one job afterwards" },
  { value: "buffer_all", name: "Run all jobs one after the other" },
  { value: "cancel_other", name: "Cancel the unfinished job" },
  { value: "allow_all", name: "Run at the same time" },
];

/** Returns the overlap policy that has this name in a control. */
export function overlapOf(value: string): Schedule["overlap"] {
  return OVERLAPS.find((one) => one.value === value)?.value ?? "skip";
}

/** Returns an overlap policy in words. */
export function overlapWords(policy: Schedule["overlap"]): string {
  return OVERLAPS.find(({ value }) => value === policy)?.name ?? policy;
}
