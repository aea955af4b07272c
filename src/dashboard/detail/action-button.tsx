import { useState } from "preact/hooks";
import { problemOf } from "../api/problem.ts";
import { useApp } from "../app-context.ts";

/** What {@link ActionButton} takes. */
export interface ActionButtonProps {
  name: string;
  /** Does it. @returns what to say when it is done */
  onAct: () => Promise<string>;
  isDangerous?: boolean;
  isPrimary?: boolean;
}

/** A button that does something at once, and says what happened. */
export function ActionButton({ name, onAct, isDangerous = false, isPrimary = false }: ActionButtonProps) {
  const { toasts } = useApp();
  const [isBusy, setBusy] = useState(false);

  async function act(): Promise<void> {
    setBusy(true);
    try {
      toasts.show(await onAct());
    } catch (error) {
      const { message, remedy } = problemOf(error);
      toasts.show(remedy === undefined ? message : `${message} ${remedy}`, "bad");
    }
    setBusy(false);
  }

  const look = isDangerous ? "dangerous" : isPrimary ? "primary" : undefined;
  return (
    <button type="button" class={look} disabled={isBusy} onClick={() => void act()}>
      {name}
    </button>
  );
}
