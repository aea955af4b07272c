import { durationText } from "./time-words.ts";

/** A duration as people write it. @param ms null if it is not known yet */
export function Duration({ ms }: { ms: number | null | undefined }) {
  if (ms === null || ms === undefined) return <span class="quiet">–</span>;
  return (
    <span class="number" title={`${Math.round(ms * 1_000) / 1_000} ms`}>
      {durationText(ms)}
    </span>
  );
}
