/** A page of documentation in the executable. */
export interface Topic {
  summary: string;
  /** Loads the text, which is Markdown. */
  text: () => Promise<string>;
}

/** Level-2 sections of docs/tasks.md that describe what a program can use. */
const GUEST_API_SECTIONS = ["The program", "Forms of fetch", "Failed fetches"];

/** The pages by name, in the order of the list. */
export const TOPICS: Readonly<Record<string, Topic>> = {
  tasks: {
    summary: "how to write a task: its files, metadata, program, schemas and tests",
    text: async () => (await import("../../../../docs/tasks.md", { with: { type: "text" } })).default,
  },
  "guest-api": {
    summary: "what a task's program can use: forms of programs, context, fetch, cryptography",
    text: async () => {
      const { default: tasks } = await import("../../../../docs/tasks.md", { with: { type: "text" } });
      return `# What a program can use\n\n${sections(tasks, GUEST_API_SECTIONS)}`;
    },
  },
  errors: {
    summary: "exit codes, error codes, and the errors that a task can throw",
    text: async () => (await import("../../../../docs/errors.md", { with: { type: "text" } })).default,
  },
  recipes: {
    summary: "complete examples: files, scripts, streams, secrets, recordings, schedules",
    text: async () => (await import("../../../../docs/recipes.md", { with: { type: "text" } })).default,
  },
  server: {
    summary: "the commands for a running server",
    text: async () => (await import("../../../../docs/cli.md", { with: { type: "text" } })).default,
  },
};

function sections(text: string, headings: readonly string[]): string {
  const all = text.split(/^(?=## )/m);
  return headings.flatMap((heading) => all.filter((one) => one.startsWith(`## ${heading}\n`))).join("");
}
