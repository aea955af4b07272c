import type { NextFiring } from "../../../dist/generated/api-types.ts";
import { Time } from "../components/time.tsx";
import { cronWords } from "./cron-words.ts";
import type { Draft } from "./draft.ts";
import type { Preview } from "./use-preview.ts";

/** What a plan means, in words, and when it fires next. Screen readers read it out when it changes. */
export function PlanPreview({ draft, preview }: { draft: Draft; preview: Preview | undefined }) {
  const words = draft.kind === "cron" ? cronWords(draft.cron) : undefined;
  const isValid = preview?.problem === undefined;
  return (
    <div class="plan-preview" role="status">
      {isValid && words !== undefined && <p class="plan-words">{words}</p>}
      {isValid && preview !== undefined && <NextFirings firings={preview.firings} />}
    </div>
  );
}

/** The next firings as a list of times. */
export function NextFirings({ firings }: { firings: readonly NextFiring[] }) {
  if (firings.length === 0) return <p class="quiet">It does not fire again.</p>;
  return (
    <>
      <p class="quiet">Next firings</p>
      <ol class="next-firings">
        {firings.map(({ at, note }) => (
          <li key={at}>
            <Time at={at} exact /> {note !== undefined && <span class="quiet">{note}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}
