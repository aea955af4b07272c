import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";

/**
 * Whether the next user or key turns access control on. Then the first one has to be a user who is an admin: whoever
 * creates anything else on an open server has nothing to log in with afterwards. False until it is known.
 */
export function useFirstAdmin(): boolean {
  const { api, access } = useApp();
  const isLocal = access.me.value?.kind === "local";
  // Without access control, everybody stays who they are, however many users and keys there are.
  const { data } = useLoad(
    async (signal) => {
      if (!isLocal) return false;
      const { items } = await api.call("GET /api/v1/settings", { signal });
      return items.find(({ key }) => key === "auth.enabled")?.value === "true";
    },
    [isLocal],
  );
  return isLocal && data === true;
}
