import { defineGroup, defineLazyCommand, type GroupDefinition } from "../framework/command.ts";
import { APPROVALS } from "./approvals/group.ts";
import { AUDIT } from "./audit/group.ts";
import { KEY, USER } from "./credentials/groups.ts";
import { EXECUTIONS } from "./executions/group.ts";
import { HTTP } from "./http/group.ts";
import { JOBS } from "./jobs/group.ts";
import { NOTIFICATIONS } from "./notifications/group.ts";
import { QUEUE } from "./queue/group.ts";

/** All commands. The summaries are here so that the list of commands does not load them. */
export const ROOT: GroupDefinition = defineGroup({
  meta: { name: "ratchet", description: "Ratchet runs JavaScript and TypeScript tasks in a sandbox" },
  subCommands: {
    serve: defineLazyCommand("Start the server", async () => (await import("./serve/command.ts")).SERVE),
    run: defineLazyCommand(
      "Run a task or a single .js or .ts file",
      async () => (await import("./run/command.ts")).RUN,
    ),
    "run-once": defineLazyCommand(
      "Run a task once, or once for every line of a stream",
      async () => (await import("./run-once/command.ts")).RUN_ONCE,
    ),
    pipe: defineLazyCommand(
      "Connect tasks: the rows that one writes are those that the next one reads",
      async () => (await import("./pipe/command.ts")).PIPE,
    ),
    watch: defineLazyCommand(
      "Run a task, and again whenever its files change",
      async () => (await import("./watch/command.ts")).WATCH,
    ),
    init: defineLazyCommand("Create a task to start from", async () => (await import("./init/command.ts")).INIT),
    list: defineLazyCommand("List the tasks at a path", async () => (await import("./list.ts")).LIST),
    validate: defineLazyCommand(
      "Check a task or a collection without running it",
      async () => (await import("./validate.ts")).VALIDATE,
    ),
    graph: defineLazyCommand(
      "Draw the steps of a workflow and what they depend on",
      async () => (await import("./graph/command.ts")).GRAPH,
    ),
    test: defineLazyCommand(
      "Run the tests of tasks and collections",
      async () => (await import("./test/command.ts")).TEST,
    ),
    generate: defineGroup({
      meta: { name: "generate", description: "Create something new" },
      subCommands: {
        task: defineLazyCommand(
          "Create a task from a template",
          async () => (await import("./generate-task.ts")).GENERATE_TASK,
        ),
      },
    }),
    task: defineGroup({
      meta: { name: "task", description: "Sign tasks, and check who has signed them" },
      subCommands: {
        keygen: defineLazyCommand(
          "Create a pair of keys to sign tasks with",
          async () => (await import("./task/keygen.ts")).TASK_KEYGEN,
        ),
        sign: defineLazyCommand(
          "Sign a task, or all tasks of a collection",
          async () => (await import("./task/sign.ts")).TASK_SIGN,
        ),
        verify: defineLazyCommand(
          "Check that trusted keys have signed a task, or all tasks of a collection",
          async () => (await import("./task/verify.ts")).TASK_VERIFY,
        ),
      },
    }),
    pack: defineLazyCommand("Pack a task or a collection into a .zip", async () => (await import("./pack.ts")).PACK),
    permissions: defineGroup({
      meta: { name: "permissions", description: "Show what a task may do, or infer what it has to be allowed" },
      subCommands: {
        show: defineLazyCommand(
          "Print what a task may do in effect, and why",
          async () => (await import("./permissions/show.ts")).PERMISSIONS_SHOW,
        ),
        infer: defineLazyCommand(
          "Print the smallest permissions that a task needs for what it did",
          async () => (await import("./permissions/infer.ts")).PERMISSIONS_INFER,
        ),
      },
    }),
    replay: defineLazyCommand(
      "Replay a recorded run and compare the results",
      async () => (await import("./replay/command.ts")).REPLAY,
    ),
    enqueue: defineLazyCommand(
      "Create a job on a running server, and optionally wait for its result",
      async () => (await import("./enqueue/command.ts")).ENQUEUE,
    ),
    jobs: JOBS,
    executions: EXECUTIONS,
    signal: defineLazyCommand(
      "Send a signal to a run of a running server",
      async () => (await import("./signal/command.ts")).SIGNAL,
    ),
    approvals: APPROVALS,
    logs: defineLazyCommand(
      "Print what tasks wrote to their consoles, and the messages of the server",
      async () => (await import("./logs/command.ts")).LOGS,
    ),
    trace: defineLazyCommand(
      "Draw the trace of an execution: where its time went",
      async () => (await import("./trace/command.ts")).TRACE,
    ),
    schedules: defineGroup({
      meta: { name: "schedules", description: "Create, list and change the schedules of a running server" },
      subCommands: {
        list: defineLazyCommand("List schedules", async () => (await import("./schedules/list.ts")).SCHEDULES_LIST),
        show: defineLazyCommand(
          "Print a schedule and its latest firings",
          async () => (await import("./schedules/show.ts")).SCHEDULES_SHOW,
        ),
        create: defineLazyCommand(
          "Create a schedule",
          async () => (await import("./schedules/create.ts")).SCHEDULES_CREATE,
        ),
        delete: defineLazyCommand(
          "Delete a schedule",
          async () => (await import("./schedules/change.ts")).SCHEDULES_DELETE,
        ),
        trigger: defineLazyCommand(
          "Fire a schedule once now",
          async () => (await import("./schedules/change.ts")).SCHEDULES_TRIGGER,
        ),
        pause: defineLazyCommand(
          "Stop a schedule from firing",
          async () => (await import("./schedules/change.ts")).SCHEDULES_PAUSE,
        ),
        resume: defineLazyCommand(
          "Let a paused schedule fire again",
          async () => (await import("./schedules/change.ts")).SCHEDULES_RESUME,
        ),
        next: defineLazyCommand(
          "Print when a schedule fires next",
          async () => (await import("./schedules/firings.ts")).SCHEDULES_NEXT,
        ),
        backfill: defineLazyCommand(
          "Create the jobs of a schedule's firings in a past range",
          async () => (await import("./schedules/firings.ts")).SCHEDULES_BACKFILL,
        ),
      },
    }),
    queue: QUEUE,
    http: HTTP,
    tasks: defineGroup({
      meta: { name: "tasks", description: "List, show, enable and disable the tasks of a running server" },
      subCommands: {
        list: defineLazyCommand(
          "List the tasks of a running server",
          async () => (await import("./tasks/commands.ts")).TASKS_LIST,
        ),
        show: defineLazyCommand(
          "Print a task of a running server",
          async () => (await import("./tasks/commands.ts")).TASKS_SHOW,
        ),
        versions: defineLazyCommand(
          "List the versions of a task, and how many unfinished jobs run on each",
          async () => (await import("./tasks/versions.ts")).TASKS_VERSIONS,
        ),
        enable: defineLazyCommand("Enable a task", async () => (await import("./tasks/commands.ts")).tasksEnable()),
        disable: defineLazyCommand("Disable a task", async () => (await import("./tasks/commands.ts")).tasksDisable()),
      },
    }),
    events: defineLazyCommand(
      "Print the events of a running server as they happen",
      async () => (await import("./events/command.ts")).EVENTS,
    ),
    repo: defineGroup({
      meta: { name: "repo", description: "Create, list and check sources of tasks" },
      subCommands: {
        init: defineLazyCommand(
          "Create a folder of tasks with a first task",
          async () => (await import("./repo/init.ts")).REPO_INIT,
        ),
        list: defineLazyCommand(
          "List the tasks of the configured sources",
          async () => (await import("./repo/list.ts")).REPO_LIST,
        ),
        status: defineLazyCommand(
          "Print the status of a running server's sources",
          async () => (await import("./repo/status.ts")).REPO_STATUS,
        ),
        refresh: defineLazyCommand(
          "Make a running server refresh its sources now",
          async () => (await import("./repo/status.ts")).REPO_REFRESH,
        ),
        verify: defineLazyCommand(
          "Check every task of the configured sources",
          async () => (await import("./repo/verify.ts")).REPO_VERIFY,
        ),
      },
    }),
    notifications: NOTIFICATIONS,
    user: USER,
    key: KEY,
    audit: AUDIT,
    db: defineGroup({
      meta: { name: "db", description: "Maintain the server's database" },
      subCommands: {
        migrate: defineLazyCommand(
          "Create the database, or bring its schema up to date",
          async () => (await import("./db/migrate.ts")).DB_MIGRATE,
        ),
        status: defineLazyCommand(
          "Print the schema version, size and row counts",
          async () => (await import("./db/status.ts")).DB_STATUS,
        ),
        backup: defineLazyCommand(
          "Write a copy of the database, even while a server is running",
          async () => (await import("./db/backup.ts")).DB_BACKUP,
        ),
        vacuum: defineLazyCommand(
          "Rewrite the database to reclaim free space",
          async () => (await import("./db/vacuum.ts")).DB_VACUUM,
        ),
        check: defineLazyCommand("Check the database for damage", async () => (await import("./db/check.ts")).DB_CHECK),
      },
    }),
    secrets: defineGroup({
      meta: { name: "secrets", description: "Store the secrets of tasks, encrypted in the database" },
      subCommands: {
        set: defineLazyCommand(
          "Store a secret, or replace its value",
          async () => (await import("./secrets/set.ts")).SECRETS_SET,
        ),
        list: defineLazyCommand(
          "List the names of the stored secrets",
          async () => (await import("./secrets/list.ts")).SECRETS_LIST,
        ),
        rm: defineLazyCommand("Delete a stored secret", async () => (await import("./secrets/rm.ts")).SECRETS_RM),
        "rotate-key": defineLazyCommand(
          "Encrypt the stored secrets with a new master key",
          async () => (await import("./secrets/rotate-key.ts")).SECRETS_ROTATE_KEY,
        ),
      },
    }),
    config: defineGroup({
      meta: { name: "config", description: "Show, check and write configuration" },
      subCommands: {
        show: defineLazyCommand(
          "Print the effective configuration, and where each value came from",
          async () => (await import("./config/show.ts")).CONFIG_SHOW,
        ),
        validate: defineLazyCommand(
          "Check configuration files",
          async () => (await import("./config/validate.ts")).CONFIG_VALIDATE,
        ),
        generate: defineLazyCommand(
          "Print a configuration file with every key and its default",
          async () => (await import("./config/generate.ts")).CONFIG_GENERATE,
        ),
        schema: defineLazyCommand(
          "Print the JSON Schema of configuration files",
          async () => (await import("./config/schema.ts")).CONFIG_SCHEMA,
        ),
      },
    }),
    doctor: defineLazyCommand(
      "Check that Ratchet works here, and say what to do if it doesn't",
      async () => (await import("./doctor/command.ts")).DOCTOR,
    ),
    schema: defineLazyCommand(
      "Print the JSON Schema of a task's files, or the types of what a task can use",
      async () => (await import("./schema.ts")).SCHEMA,
    ),
    completions: defineLazyCommand("Print a completion script for a shell", async () =>
      (await import("./completions/command.ts")).completionsCommand(ROOT),
    ),
    man: defineLazyCommand("Print a manual page", async () => (await import("./man/command.ts")).manCommand(ROOT)),
    help: defineLazyCommand("Print help for a command or a topic", async () =>
      (await import("./help/command.ts")).helpCommand(ROOT),
    ),
    version: defineLazyCommand("Print the version", async () => (await import("./version.ts")).VERSION),
  },
});
