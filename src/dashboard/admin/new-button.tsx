import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/** What {@link NewButton} takes. */
export interface NewButtonProps {
  /** What the button says, such as "New user". */
  name: string;
  /** Creates the dialog with the form. @param close removes it */
  children: (close: () => void) => ComponentChildren;
}

/** A button beside the heading of a page that opens a form. */
export function NewButton({ name, children }: NewButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="primary" onClick={() => setOpen(true)}>
        {name}
      </button>
      {isOpen && children(() => setOpen(false))}
    </>
  );
}
