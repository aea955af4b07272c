import type { Violation } from "../api/problem.ts";

/** What is wrong with an input that could not be sent, also where no field shows it. */
export function ErrorSummary({ violations }: { violations: readonly Violation[] }) {
  if (violations.length === 0) return null;
  const count = violations.length === 1 ? "1 value is" : `${violations.length} values are`;
  return (
    <div class="error-box" role="alert">
      <p>
        <strong>{count} missing or wrong.</strong>
      </p>
      <ul>
        {violations.map(({ pointer, message }) => (
          <li key={pointer + message}>
            <code>{pointer === "" ? "/" : pointer}</code> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
