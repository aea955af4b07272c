import { useApp } from "../app-context.ts";

/** Copies a text to the clipboard, and says so. @param label what is copied, such as "Copy the input" */
export function CopyButton({
  text,
  label = "Copy",
}: {
  text: string | (() => string | Promise<string>);
  label?: string;
}) {
  const { toasts } = useApp();

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      toasts.show("Copied.");
    } catch {
      toasts.show("The browser does not allow this page to copy. Select the text and copy it by hand.", "bad");
    }
  }

  return (
    <button type="button" class="small" onClick={() => void copy()}>
      {label}
    </button>
  );
}
