import type { ComponentChildren } from "preact";
import type { Problem } from "../api/problem.ts";

/** Says what went wrong and what to do next. */
export function ErrorBox({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  const { message, remedy, violations, code } = problem;
  return (
    <div class="error-box" role="alert">
      <p>
        <strong>{message}</strong> <code class="quiet">{code}</code>
      </p>
      {violations.length > 0 && (
        <ul>
          {violations.map((violation) => (
            <li key={violation.pointer + violation.message}>
              <code>{violation.pointer === "" ? "/" : violation.pointer}</code> {violation.message}
            </li>
          ))}
        </ul>
      )}
      {remedy !== undefined && <p>{remedy}</p>}
      {children}
    </div>
  );
}
