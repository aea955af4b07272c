import type { Violation } from "../api/problem.ts";

/** Places in an input that are wrong. */
export function ViolationList({ violations }: { violations: readonly Violation[] }) {
  if (violations.length === 0) return null;
  return (
    <ul class="violations">
      {violations.map(({ pointer, message }) => (
        <li key={pointer + message}>
          {pointer !== "" && <code>{pointer}</code>} {message}
        </li>
      ))}
    </ul>
  );
}
