import { RatchetError } from "../../domain/errors.ts";
import type { Store } from "../../store/contract/store.ts";
import type { MaskerNow } from "./masked-members.ts";

/**
 * Wraps the stores whose names are part of addresses, logins and messages, so they can't be masked: a name that has the value of a
 * secret is rejected.
 */
export function checkIdentifiers(
  { webhooks, users, keys, notifications }: Pick<Store, "webhooks" | "users" | "keys" | "notifications">,
  masker: MaskerNow,
): Pick<Store, "webhooks" | "users" | "keys" | "notifications"> {
  const checked = async <T extends { name?: string }>(named: T): Promise<T> => {
    const { name } = named;
    if (name !== undefined && (await masker()).text(name) !== name) throw secretName();
    return named;
  };
  return {
    webhooks: {
      ...webhooks,
      create: async (webhook) => webhooks.create(await checked(webhook)),
      change: async (id, change) => webhooks.change(id, await checked(change)),
    },
    users: {
      ...users,
      create: async (user) => users.create(await checked(user)),
      createFirst: async (user) => users.createFirst(await checked(user)),
    },
    notifications: {
      ...notifications,
      create: async (rule) => notifications.create(await checked(rule)),
      change: async (id, change) => notifications.change(id, await checked(change)),
    },
    keys: { ...keys, create: async (key) => keys.create(await checked(key)) },
  };
}

/** The message does not repeat the name. */
function secretName(): RatchetError {
  return new RatchetError("USAGE", "The name has the value of a secret, which everyone who reads it would see.", {
    data: { field: "name" },
    remedy: "Choose another name.",
  });
}
