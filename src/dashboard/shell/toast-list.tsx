import { useApp } from "../app-context.ts";
import { LocalTimes } from "../components/local-times.tsx";

/** The live region that shows short messages, and has screen readers read them out. */
export function ToastList() {
  const { toasts } = useApp();
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.shown.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <span>
            <LocalTimes text={text} />
          </span>
          <button type="button" class="plain" aria-label="Close this message" onClick={() => toasts.close(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
