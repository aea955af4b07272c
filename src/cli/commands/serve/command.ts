import { CONFIG_KEYS } from "../../../config/keys.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";

/** `ratchet serve`: its options; the server is loaded when it runs. */
export const SERVE = defineCommand({
  meta: {
    name: "serve",
    description: "Start the server",
    details: [
      "Starts the server: queue, schedules, REST and GraphQL on one database file. Without configuration, it watches " +
        "./tasks for tasks (the folder may appear later) and keeps its state in ./ratchet.db.",
      "SIGINT, SIGTERM, SIGHUP and SIGQUIT stop the server: running jobs have server.shutdown_grace to finish, and are " +
        "then handed back. A second signal ends the server at once; the next server to start rescues its jobs.",
      "Only one server can use a database file. A second one exits with 6 and names the process that is using it.",
    ],
    examples: [
      ["ratchet serve", "http://127.0.0.1:8080, tasks from ./tasks"],
      ["ratchet serve --config ratchet.yaml --profile production", "with a configuration file"],
      ["ratchet serve --dev --port 3000 --database sqlite::memory:", "for writing tasks"],
    ],
  },
  worksWithoutStdout: true,
  args: {
    ...CONFIG_OPTIONS,
    host: {
      type: "string",
      form: CONFIG_KEYS["server.host"].form,
      valueHint: "ADDRESS",
      description: "Address to listen on.",
    },
    port: {
      type: "string",
      form: CONFIG_KEYS["server.port"].form,
      valueHint: "PORT",
      description: "Port to listen on. 0 picks a free one.",
    },
    database: {
      type: "string",
      form: CONFIG_KEYS["server.database.url"].form,
      valueHint: "URL",
      description: "The database: sqlite:PATH.",
    },
    dev: {
      type: "boolean",
      description: "For development: debug messages, failures with their source line, and changes picked up at once.",
    },
  },
  needsCurrentFolder: () => true,
  async run({ args, data }) {
    await (await import("../../framework/restart-in-place.ts")).restartForManyGuests();
    const { serve } = await import("./serve.ts");
    return serve(args, await data.config());
  },
});
