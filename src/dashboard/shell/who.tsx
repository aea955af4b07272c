import { problemOf } from "../api/problem.ts";
import { useApp } from "../app-context.ts";

/** Says who is logged in, and ends the session. Empty on a server without access control. */
export function Who() {
  const { access, api, router, toasts } = useApp();
  const me = access.me.value;
  if (me === undefined || me.kind === "local") return null;

  async function logOut(): Promise<void> {
    try {
      await api.call("POST /api/v1/logout");
      location.assign(router.href("/login"));
    } catch (error) {
      toasts.show(problemOf(error).message, "bad");
    }
  }

  const hasSession = me.kind === "user" || me.kind === "oidc";
  return (
    <div class="who">
      <span>
        {me.name} <span class="quiet">({me.role})</span>
      </span>
      {hasSession && (
        <button type="button" class="small" onClick={() => void logOut()}>
          Log out
        </button>
      )}
    </div>
  );
}
