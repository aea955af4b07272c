import { readConfigFile } from "../../../config/config-file.ts";
import { processEnvironment } from "../../../config/environment.ts";
import { configFilePaths } from "../../../config/load.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { Problem } from "../../../domain/problem.ts";
import { defineCommand } from "../../framework/command.ts";
import { problemJson, problemLines } from "../../framework/error-report.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";

/** `ratchet config validate`. */
export const CONFIG_VALIDATE = defineCommand({
  meta: {
    name: "config validate",
    description: "Check configuration files",
    details: [
      "Checks the given files, or those that would be read in this folder, and reports every problem with line and column.",
    ],
    examples: [
      ["ratchet config validate", "the files that apply to this folder"],
      ["ratchet config validate ratchet.yaml", "one file"],
    ],
  },
  args: {
    file: {
      type: "positional",
      description: "A configuration file.",
      multiple: true,
      complete: "file",
      required: false,
    },
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args }) {
    const problems: Problem[] = [];
    const checked: string[] = [];
    const found = configFilePaths({ env: processEnvironment(), files: true });
    const named = args.file.map((path) => ({ path, inProject: /(?:^|[\\/])ratchet\.yaml$/.test(path) }));
    for (const { path, inProject } of named.length > 0 ? named : found) {
      const file = await readConfigFile(path, inProject);
      if (file !== undefined) {
        checked.push(path);
        problems.push(...file.problems);
      } else if (named.length > 0) {
        throw new RatchetError("INPUT_UNREADABLE", `${path} does not exist.`, { remedy: "Check the path." });
      }
    }
    if (args.json) writeStdout(`${JSON.stringify({ files: checked, problems: problems.map(problemJson) })}\n`);
    else writeStdout(report(checked, problems));
    return problems.length === 0 ? EXIT.done : EXIT.data;
  },
});

function report(checked: readonly string[], problems: readonly Problem[]): string {
  if (checked.length === 0) return "There are no configuration files here.\n";
  const paint = painter("stdout");
  return checked
    .map((path) => {
      const own = problems.filter(({ file }) => file === path);
      if (own.length === 0) return `${paint("green", "valid")}    ${printable(path)}\n`;
      return `${paint("red", "invalid")}  ${printable(path)}\n${own.flatMap((one) => problemLines(one, paint)).join("\n")}\n`;
    })
    .join("");
}
