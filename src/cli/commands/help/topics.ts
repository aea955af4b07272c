/** A page of documentation in the executable. */
export interface Topic {
  summary: string;
  /** Loads the text, which is Markdown. */
  text: () => Promise<string>;
}

/** The pages by name, in the order of the list. */
export const TOPICS: Readonly<Record<string, Topic>> = {
  tasks: {
    summary: "how to write a task: its files, metadata, program, schemas and tests",
    text: async () => (await import("../../../../docs/tasks.md", { with: { type: "text" } })).default,
  },
  durable: {
    summary: "work that waits: calling tasks, sleeping, signals, approvals, streams, and their tests",
    text: async () => (await import("../../../../docs/durable.md", { with: { type: "text" } })).default,
  },
  workflows: {
    summary: "how to write a workflow: steps, expressions, waits, errors and compensations",
    text: async () => (await import("../../../../docs/workflows.md", { with: { type: "text" } })).default,
  },
  "guest-api": {
    summary:
      "what a task's program can use: context, fetch, web platform, Intl, Node.js's modules, and what is missing",
    text: async () => (await import("../../../../docs/guest-api.md", { with: { type: "text" } })).default,
  },
  errors: {
    summary: "exit codes, error codes, and the errors that a task can throw",
    text: async () => (await import("../../../../docs/errors.md", { with: { type: "text" } })).default,
  },
  recipes: {
    summary: "complete examples: files, scripts, streams, secrets, recordings, schedules",
    text: async () => (await import("../../../../docs/recipes.md", { with: { type: "text" } })).default,
  },
  security: {
    summary: "users, keys, roles, TLS, limits and the audit log of a server; what tasks may do",
    text: async () => (await import("../../../../docs/security.md", { with: { type: "text" } })).default,
  },
  server: {
    summary: "the commands for a running server",
    text: async () => (await import("../../../../docs/cli.md", { with: { type: "text" } })).default,
  },
};
