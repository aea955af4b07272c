import type { Stats } from "../../../../dist/generated/api-types.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";

const COMMANDS: readonly { command: string; does: string }[] = [
  { command: "ratchet init tasks/hello", does: "creates a first task in the folder that this server watches" },
  { command: 'ratchet enqueue --task hello --input-json \'{"name":"Ada"}\'', does: "has it run" },
];

/** What to do first on a server where nothing has run yet. */
export function FirstSteps() {
  return (
    <EmptyState title="Nothing has run here yet.">
      <ol class="first-steps">
        {COMMANDS.map(({ command, does }) => (
          <li key={command}>
            <code>{command}</code> <CopyButton text={command} /> <span class="quiet">{does}</span>
          </li>
        ))}
      </ol>
    </EmptyState>
  );
}

/** Whether nothing has run on a server, and nothing waits to run. */
export function isUnused({ jobs, executions }: Stats): boolean {
  return [...Object.values(jobs), ...Object.values(executions)].every((count) => count === 0);
}
