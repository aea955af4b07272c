import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Identity } from "../../../dist/generated/api-types.ts";
import type { Api } from "../api/client.ts";

/** What an action of the server requires, as in its description of routes. */
export type Right = "read" | "write" | "admin";

/** Who the reader is, and what they may do. */
export interface Access {
  /** Undefined until the server has said it. */
  readonly me: ReadonlySignal<Identity | undefined>;
  /** Whether actions that need a right may be shown. False until the server has said who the reader is. */
  can(right: Right): boolean;
  /** The same for what concerns all tasks, which is closed to those who are limited to some. */
  canForAllTasks(right: Right): boolean;
  load(): Promise<void>;
}

const RIGHTS: Readonly<Record<Identity["role"], readonly Right[]>> = {
  viewer: ["read"],
  operator: ["read", "write"],
  admin: ["read", "write", "admin"],
};

/** Creates what knows the reader's rights. */
export function createAccess(api: Api): Access {
  const me = signal<Identity | undefined>(undefined);
  const rights = computed<readonly Right[]>(() => (me.value === undefined ? [] : RIGHTS[me.value.role]));
  // The administration of a server concerns all of its tasks.
  const can = (right: Right) => rights.value.includes(right) && (right !== "admin" || me.value?.tasks === null);
  return {
    me,
    can,
    canForAllTasks: (right) => can(right) && me.value?.tasks === null,
    async load() {
      me.value = await api.call("GET /api/v1/me");
    },
  };
}
