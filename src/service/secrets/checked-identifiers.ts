import { RatchetError } from "../../domain/errors.ts";
import type { Store } from "../../store/contract/store.ts";
import type { MaskerNow } from "./masked-members.ts";

/**
 * Wraps the stores whose names are part of addresses and logins, so they can't be masked: a name that has the value of a
 * secret is rejected.
 */
export function checkIdentifiers(
  { webhooks, users, keys }: Pick<Store, "webhooks" | "users" | "keys">,
  masker: MaskerNow,
): Pick<Store, "webhooks" | "users" | "keys"> {
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
