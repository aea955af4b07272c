import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
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
  /** What stands above the buttons. A function gets what the server found wrong with one place, such as `/name`. */
  children: ComponentChildren | ((errorAt: (pointer: string) => string | undefined) => ComponentChildren);
}

/** Asks before something is done. Its fields are a form: the enter key sends it. */
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
  const formId = useId();
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
      <button type="submit" form={formId} class={isDangerous ? "dangerous" : "primary"} disabled={isBusy || !isReady}>
        {action}
      </button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} isWide={isWide} onClose={close} buttons={buttons}>
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && isReady) void confirm();
        }}
      >
        {typeof children === "function" ? children((pointer) => errorAt(pointer, problem)) : children}
      </form>
      {problem !== undefined && <ErrorBox problem={problem} />}
    </Dialog>
  );
}

/** Returns what is wrong with one place of the request, as a sentence beside a field. */
function errorAt(pointer: string, problem: Problem | undefined): string | undefined {
  const found = problem?.violations.find((violation) => violation.pointer === pointer);
  return found === undefined ? undefined : `This ${found.message}.`;
}
