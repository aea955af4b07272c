import { JsonView } from "../components/json-view.tsx";

/** The latest value that a task reported with `context.progress`: a bar if it says how much is done. */
export function Progress({ value }: { value: unknown }) {
  if (value === null || value === undefined) return null;
  const share = shareOf(value);
  return (
    <section class="panel" aria-labelledby="progress">
      <div class="panel-head">
        <h2 id="progress">Progress</h2>
        {share !== undefined && <span class="number">{Math.round(share * 100)} %</span>}
      </div>
      {share !== undefined && <progress class="progress" aria-labelledby="progress" value={share} max={1} />}
      {typeof value === "string" ? (
        <p>{value}</p>
      ) : (
        typeof value !== "number" && <JsonView label="Progress" value={value} />
      )}
    </section>
  );
}

/** Returns how much is done, 0 to 1, if the value says it in one of the usual ways: a number, a percentage, or a part of a total. */
function shareOf(value: unknown): number | undefined {
  if (typeof value === "number") return fraction(value > 1 ? value / 100 : value);
  if (typeof value !== "object" || value === null) return undefined;
  const { percent, done, total, current, max } = value as Readonly<Record<string, unknown>>;
  if (typeof percent === "number") return fraction(percent / 100);
  const [part, whole] = [done ?? current, total ?? max];
  if (typeof part === "number" && typeof whole === "number" && whole > 0) return fraction(part / whole);
  return undefined;
}

function fraction(value: number): number | undefined {
  return value >= 0 && value <= 1 ? value : undefined;
}
