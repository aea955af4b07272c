import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Problem, problemOf } from "../api/problem.ts";
import { Dialog } from "./dialog.tsx";
import { ErrorBox } from "./error-box.tsx";

/** What {@link ConfirmDialog} takes. */
export interface ConfirmDialogProps {
  title: string;
  isOpen: boolean;
  /** What the button that does it says, such as "Cancel 12 jobs". */
  action: string;
  /** Whether it can't be undone. @default false */
  isDangerous?: boolean;
  /** Whether it can be done now. @default true */
  isReady?: boolean;
  /** Whether it may be as wide as the window. @default false */
  isWide?: boolean;
  /** Does it. The dialog closes when it is done, and shows what went wrong otherwise. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something is done. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    title,
    isOpen,
    action,
    isDangerous = false,
    isReady = true,
    isWide = false,
    onConfirm,
    onClose,
    children,
  } = props;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const close = () => {
    setProblem(undefined);
    onClose();
  };

  async function confirm(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  }

  const buttons = (
    <>
      <button type="button" onClick={close}>
        Back
      </button>
      <button
        type="button"
        class={isDangerous ? "dangerous" : "primary"}
        disabled={isBusy || !isReady}
        onClick={() => void confirm()}
      >
        {action}
      </button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} isWide={isWide} onClose={close} buttons={buttons}>
      {children}
      {problem !== undefined && <ErrorBox problem={problem} />}
    </Dialog>
  );
}
