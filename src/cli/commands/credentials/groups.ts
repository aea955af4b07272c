import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet user`. */
export const USER: GroupDefinition = defineGroup({
  meta: { name: "user", description: "Create, list and delete the users of a server" },
  subCommands: {
    create: defineLazyCommand("Create a user with a password", async () => (await import("./user.ts")).USER_CREATE),
    list: defineLazyCommand("List the users", async () => (await import("./user.ts")).USER_LIST),
    rm: defineLazyCommand("Delete a user, and end their sessions", async () => (await import("./user.ts")).USER_RM),
    passwd: defineLazyCommand(
      "Set a user's password, and end their sessions",
      async () => (await import("./user.ts")).USER_PASSWD,
    ),
  },
});

/** `ratchet key`. */
export const KEY: GroupDefinition = defineGroup({
  meta: { name: "key", description: "Create, list, rotate and revoke the API keys of a server" },
  subCommands: {
    create: defineLazyCommand(
      "Create an API key and print it, once",
      async () => (await import("./key.ts")).KEY_CREATE,
    ),
    list: defineLazyCommand(
      "List the API keys, with the revoked ones",
      async () => (await import("./key.ts")).KEY_LIST,
    ),
    revoke: defineLazyCommand(
      "Revoke an API key: it stops working at once",
      async () => (await import("./key.ts")).KEY_REVOKE,
    ),
    rotate: defineLazyCommand(
      "Replace an API key by a new one, and print it, once",
      async () => (await import("./key.ts")).KEY_ROTATE,
    ),
  },
});
