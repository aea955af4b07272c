import type { CommandNode } from "./command.ts";

/** All commands. Summaries stand here so that the list of commands loads none of them. */
export const COMMANDS: Readonly<Record<string, CommandNode>> = {
  serve: {
    summary: "Start the server",
    load: async () => (await import("./serve/command.ts")).SERVE,
  },
  "run-once": {
    summary: "Run a task once, or once for every line of a stream",
    load: async () => (await import("./run-once/command.ts")).RUN_ONCE,
  },
  test: {
    summary: "Run the tests of a task or a collection",
    load: async () => (await import("./test/command.ts")).TEST,
  },
  config: {
    summary: "Show, check and write configuration",
    commands: {
      show: {
        summary: "Print the configuration in force, and where each value came from",
        load: async () => (await import("./config/show.ts")).CONFIG_SHOW,
      },
      validate: {
        summary: "Check configuration files",
        load: async () => (await import("./config/validate.ts")).CONFIG_VALIDATE,
      },
      generate: {
        summary: "Print a configuration file with every key and its default",
        load: async () => (await import("./config/generate.ts")).CONFIG_GENERATE,
      },
      schema: {
        summary: "Print the JSON Schema of configuration files",
        load: async () => (await import("./config/schema.ts")).CONFIG_SCHEMA,
      },
    },
  },
  completions: {
    summary: "Print a completion script for a shell",
    load: async () => (await import("./completions/command.ts")).completionsCommand(COMMANDS),
  },
  help: {
    summary: "Print help for a command, or the exit codes",
    load: async () => (await import("./help.ts")).helpCommand(COMMANDS),
  },
  version: {
    summary: "Print the version",
    load: async () => (await import("./version.ts")).VERSION,
  },
};
