import { userView } from "../../../api/resources/credentials.ts";
import { timeTextOrNull } from "../../../lib/time-text.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { cells, table } from "../../framework/table.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";
import { tasksText } from "./key-text.ts";
import { GRANT_OPTIONS, NAME_ARGUMENT, PASSWORD_OPTIONS, patternsOf } from "./options.ts";
import { readPassword } from "./read-password.ts";
import { TAKES_EFFECT, withCredentials } from "./with-services.ts";

/** `ratchet user create`. */
export const USER_CREATE = defineCommand({
  meta: {
    name: "user create",
    description: "Create a user with a password",
    details: [
      "From the first user or key on, a server requires credentials. On an address that other machines reach, a server " +
        "accepts nothing before that.",
      "Without an option for the password, a terminal is asked for it twice, and does not show it.",
      TAKES_EFFECT,
    ],
    examples: [
      ["ratchet user create ada --role admin", "asks for the password"],
      ["ratchet user create ada --role admin --password-file /run/secrets/ada", "the password is in a file"],
      ["ratchet user create bob --role viewer --password-stdin < password.txt", "from standard input"],
    ],
  },
  args: { name: NAME_ARGUMENT, ...GRANT_OPTIONS, ...PASSWORD_OPTIONS, ...DATABASE_OPTIONS },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const password = await readPassword(args, "user create");
    const { name, role, tasks } = args;
    const user = await withCredentials(args.database, data, ({ users, change }) =>
      change("createUser", `users/${name}`, () => users.create({ name, role, ...patternsOf(tasks), password }, "")),
    );
    writeStdout(args.json ? `${JSON.stringify(userView(user))}\n` : `created ${printable(user.name)} (${user.role})\n`);
    return EXIT.done;
  },
});

/** `ratchet user list`. */
export const USER_LIST = defineCommand({
  meta: {
    name: "user list",
    description: "List the users",
    details: ["Shows what each user may do, and when they last logged in."],
    examples: [["ratchet user list --json", "one JSON object per line"]],
  },
  args: { ...DATABASE_OPTIONS, json: { type: "boolean", description: "Print one JSON object per line." } },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const users = await withCredentials(args.database, data, (services) => services.users.list());
    if (args.json) writeStdout(users.map((user) => `${JSON.stringify(userView(user))}\n`).join(""));
    else if (users.length === 0) writeStdout("There are no users.\n");
    else {
      const rows = users.map(({ name, role, tasks, lastLoginAt }) =>
        cells([name, role, tasksText(tasks), timeTextOrNull(lastLoginAt) ?? "never"]),
      );
      writeStdout(table(["name", "role", "tasks", "last login"], rows, painter("stdout")));
    }
    return EXIT.done;
  },
});

/** `ratchet user rm`. */
export const USER_RM = defineCommand({
  meta: {
    name: "user rm",
    description: "Delete a user, and end their sessions",
    details: [TAKES_EFFECT],
    examples: [["ratchet user rm bob", "deletes the user bob"]],
  },
  args: { name: NAME_ARGUMENT, ...DATABASE_OPTIONS },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    await withCredentials(args.database, data, ({ users, change }) =>
      change("deleteUser", `users/${args.name}`, () => users.delete(args.name)),
    );
    writeStdout(args.json ? `${JSON.stringify({ deleted: args.name })}\n` : `deleted ${printable(args.name)}\n`);
    return EXIT.done;
  },
});

/** `ratchet user passwd`. */
export const USER_PASSWD = defineCommand({
  meta: {
    name: "user passwd",
    description: "Set a user's password, and end their sessions",
    details: [
      "Without an option for the password, a terminal is asked for it twice, and does not show it.",
      TAKES_EFFECT,
    ],
    examples: [
      ["ratchet user passwd ada", "asks for the password"],
      ["ratchet user passwd ada --password-file /run/secrets/ada", "the password is in a file"],
    ],
  },
  args: { name: NAME_ARGUMENT, ...PASSWORD_OPTIONS, ...DATABASE_OPTIONS },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const password = await readPassword(args, "user passwd");
    const user = await withCredentials(args.database, data, ({ users, change }) =>
      change("changeUser", `users/${args.name}`, () => users.change(args.name, { password }, "")),
    );
    writeStdout(args.json ? `${JSON.stringify(userView(user))}\n` : `changed ${printable(user.name)}\n`);
    return EXIT.done;
  },
});
