import { structuredPatch } from "diff";
import { useMemo } from "preact/hooks";
import { type DiffLine, linesOf } from "./diff-lines.ts";

/** How many unchanged lines are shown around a change. */
const CONTEXT = 4;

/** Programs of machines may differ in ways that take minutes to find. Milliseconds. */
const TIME_LIMIT_MS = 2_000;

/** What differs between two texts, line by line. */
export function DiffView({ before, after }: { before: string; after: string }) {
  const hunks = useMemo(() => {
    const patch = structuredPatch("", "", before, after, "", "", { context: CONTEXT, timeout: TIME_LIMIT_MS });
    return patch?.hunks.map(linesOf);
  }, [before, after]);
  if (hunks === undefined) return <p>The two differ in too many lines to be compared here.</p>;
  if (hunks.length === 0) return <p>The program is the same in both.</p>;
  const all = hunks.flat();
  const count = (kind: DiffLine["kind"]) => all.filter((line) => line.kind === kind).length;
  return (
    <>
      <p class="quiet">
        {count("added")} {count("added") === 1 ? "line" : "lines"} added, {count("removed")} removed.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: it is no set of form fields */}
      <div class="table-frame" role="group" aria-label="Changes" tabIndex={0}>
        <table class="diff">
          <caption class="visually-hidden">Changes</caption>
          {hunks.map((lines) => (
            <tbody key={lines[0]?.key}>
              {lines.map((line) => (
                <tr key={line.key} class={`diff-${line.kind}`}>
                  <td class="diff-number">{line.before}</td>
                  <td class="diff-number">{line.after}</td>
                  <td class="diff-mark">
                    <span aria-hidden="true">{MARKS[line.kind]}</span>
                    {line.kind !== "same" && <span class="visually-hidden">{line.kind}</span>}
                  </td>
                  <td>
                    <code>{line.text}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

const MARKS = { added: "+", removed: "−", same: "" } as const;
