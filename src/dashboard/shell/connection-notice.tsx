import { useApp } from "../app-context.ts";

/** Says that the server can't be reached, for as long as that lasts. */
export function ConnectionNotice() {
  const { live } = useApp();
  return (
    <div role="alert" class="connection-notice" hidden={live.isReachable.value}>
      {live.isReachable.value
        ? ""
        : "The server can't be reached. What you see may be out of date; this page tries again."}
    </div>
  );
}
