import type { ComponentChildren } from "preact";
import type { Problem } from "../api/problem.ts";
import { LocalTimes } from "./local-times.tsx";

/** Says what went wrong and what to do next. */
export function ErrorBox({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  const { message, remedy, violations, code } = problem;
  return (
    <div class="error-box" role="alert">
      <p>
        <strong>
          <LocalTimes text={message} />
        </strong>{" "}
        <code class="quiet">{code}</code>
      </p>
      {violations.length > 0 && (
        <ul>
          {violations.map((violation) => (
            <li key={violation.pointer + violation.message}>
              <code>{violation.pointer === "" ? "/" : violation.pointer}</code> <LocalTimes text={violation.message} />
            </li>
          ))}
        </ul>
      )}
      {remedy !== undefined && (
        <p>
          <LocalTimes text={remedy} />
        </p>
      )}
      {children}
    </div>
  );
}
