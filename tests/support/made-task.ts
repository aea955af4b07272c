import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a task of a test is made of. */
export interface MadeTask {
  main: string;
  /** @default "made" */
  label?: string;
  /** More members of metadata.json. */
  metadata?: Record<string, unknown>;
  /** @default everything is accepted */
  inputSchema?: unknown;
  /** @default everything is accepted */
  outputSchema?: unknown;
  /** Contents of `tests/`, by file name. A text is written as it is. */
  tests?: Record<string, unknown>;
}

/** Writes a task into a folder of its label inside `parent` and gives the path. */
export function makeTask(parent: string, task: MadeTask): string {
  const { label = "made" } = task;
  const path = join(parent, label);
  mkdirSync(join(path, "tests"), { recursive: true });
  const write = (name: string, value: unknown) =>
    writeFileSync(join(path, name), typeof value === "string" ? value : JSON.stringify(value));
  write("metadata.json", {
    uuid: crypto.randomUUID(),
    version: "1.0.0",
    label,
    description: "A task of a test.",
    ...task.metadata,
  });
  write("main.js", task.main);
  write("input.schema.json", task.inputSchema ?? {});
  write("output.schema.json", task.outputSchema ?? {});
  for (const [name, content] of Object.entries(task.tests ?? {})) write(join("tests", name), content);
  return path;
}
