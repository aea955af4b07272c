import type { Problem } from "../../../domain/problem.ts";
import type { Registry } from "../../../registry/registry.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { problemJson, problemLines } from "../../framework/error-report.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";

/** `ratchet repo verify`. */
export const REPO_VERIFY = defineCommand({
  meta: {
    name: "repo verify",
    description: "Check every task of the configured sources",
    details: [
      "Loads every version of every task, compiles programs and schemas, reads the tests, and reports all problems, " +
        "including archives that differ from their checksum and versions that come from two places. Exits with 3 if there " +
        "is an error, and with 6 if a source can't be reached.",
    ],
    examples: [
      ["ratchet repo verify", "before `ratchet serve`"],
      ["ratchet repo verify tasks", "a folder, in a check before a release"],
    ],
  },
  args: {
    uri: {
      type: "positional",
      description: "Another source to look at instead.",
      multiple: true,
      complete: "folder",
      required: false,
    },
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args, data }) {
    const { withSources } = await import("./source-registry.ts");
    const { values } = await data.config();
    return withSources(values, args.uri, async (registry) => {
      const problems = await validateAll(registry);
      const sources = registry.sources();
      const versions = registry.tasks().flat().length;
      const absent = sources.filter(({ error }) => error !== null);
      const errors = problems.filter(({ severity }) => severity === "error");
      if (args.json) {
        const shown = sources.map(({ name, state, error, revision }) => ({ name, state, error, revision }));
        writeStdout(`${JSON.stringify({ versions, problems: problems.map(problemJson), sources: shown })}\n`);
      } else {
        const paint = painter("stdout");
        for (const { name, error, state } of absent)
          writeStdout(`${paint("yellow", state)} source ${name}: ${error}\n`);
        for (const problem of problems) writeStdout(`${problemLines(problem, paint).join("\n")}\n`);
        const count = `${versions} ${versions === 1 ? "version" : "versions"} of tasks checked`;
        const found = errors.length === 0 ? paint("green", "no errors") : paint("red", `${errors.length} errors`);
        writeStdout(`${count}, ${found}\n`);
      }
      if (errors.length > 0) return EXIT.data;
      return absent.length > 0 ? EXIT.environment : EXIT.done;
    });
  },
});

/** Removes duplicates, because validation finds the problems of loading again. */
async function validateAll(registry: Registry): Promise<Problem[]> {
  const found = new Map<string, Problem>();
  const add = (problem: Problem) => found.set(JSON.stringify(problem), problem);
  for (const { uuid, version } of registry.tasks().flat()) {
    for (const problem of await registry.validate(uuid, version)) add(problem);
  }
  for (const { problems } of registry.sources()) for (const problem of problems) add(problem);
  return [...found.values()].sort((a, b) => a.file.localeCompare(b.file));
}
