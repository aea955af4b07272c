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
  enqueue: {
    summary: "Make a job on a running server, and wait for its result if asked to",
    load: async () => (await import("./enqueue/command.ts")).ENQUEUE,
  },
  jobs: {
    summary: "Look at the jobs of a running server, cancel and retry them",
    commands: {
      list: {
        summary: "List jobs, latest first",
        load: async () => (await import("./jobs/list.ts")).JOBS_LIST,
      },
      show: {
        summary: "Print a job with its executions, and why it does not run",
        load: async () => (await import("./jobs/show.ts")).JOBS_SHOW,
      },
      cancel: {
        summary: "Cancel waiting or running jobs",
        load: async () => (await import("./jobs/change.ts")).jobsCancel(),
      },
      retry: {
        summary: "Queue failed or cancelled jobs anew",
        load: async () => (await import("./jobs/change.ts")).jobsRetry(),
      },
    },
  },
  repo: {
    summary: "Make, list and check sources of tasks",
    commands: {
      init: {
        summary: "Make a folder of tasks with a first task",
        load: async () => (await import("./repo/init.ts")).REPO_INIT,
      },
      list: {
        summary: "List the tasks of the configured sources",
        load: async () => (await import("./repo/list.ts")).REPO_LIST,
      },
      status: {
        summary: "Print how the sources of a running server stand",
        load: async () => (await import("./repo/status.ts")).REPO_STATUS,
      },
      refresh: {
        summary: "Let a running server look at its sources now",
        load: async () => (await import("./repo/status.ts")).REPO_REFRESH,
      },
      verify: {
        summary: "Check every task of the configured sources",
        load: async () => (await import("./repo/verify.ts")).REPO_VERIFY,
      },
    },
  },
  db: {
    summary: "Look after the server's database",
    commands: {
      migrate: {
        summary: "Make the database, or bring its schema up to date",
        load: async () => (await import("./db/migrate.ts")).DB_MIGRATE,
      },
      status: {
        summary: "Print schema, size and rows",
        load: async () => (await import("./db/status.ts")).DB_STATUS,
      },
      backup: {
        summary: "Write a copy, also while a server runs",
        load: async () => (await import("./db/backup.ts")).DB_BACKUP,
      },
      vacuum: {
        summary: "Rewrite the database without gaps",
        load: async () => (await import("./db/vacuum.ts")).DB_VACUUM,
      },
      check: {
        summary: "Look for damage",
        load: async () => (await import("./db/check.ts")).DB_CHECK,
      },
    },
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
