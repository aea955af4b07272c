import type { Problem } from "../domain/problem.ts";
import type { TaskReport, ValidationReport } from "../task/validate.ts";
import { CONFIG_OPTIONS, defineCommand } from "./command.ts";
import { problemJson, problemLines } from "./error-report.ts";
import { EXIT } from "./exit-codes.ts";
import { painter, printable, writeStdout } from "./output.ts";

/** `ratchet validate`. */
export const VALIDATE = defineCommand({
  name: "validate",
  summary: "Check a task or a collection without running it",
  description: [
    "Checks metadata, program, schemas and tests, and reports every problem in one go, each with its place and its " +
      "remedy. Warnings do not make a task invalid. Exit code 0: valid; 3: problems were found.",
  ],
  options: {
    "from-fs": {
      form: { type: "string" },
      value: "PATH",
      required: true,
      complete: "file",
      description: "The task or the collection: a folder or a .zip.",
    },
    json: { description: "Print JSON." },
    ...CONFIG_OPTIONS,
  },
  examples: [
    ["ratchet validate --from-fs tasks/addition", "one task"],
    ["ratchet validate --from-fs tasks --json", "a collection, for a program"],
  ],
  async run(options, context) {
    // It says how errors are written.
    const { values } = await context.config();
    const [{ validateTask }, { capProblems, readCaps }] = await Promise.all([
      import("../task/validate.ts"),
      import("../task/limit-caps.ts"),
    ]);
    const report = await validateTask(options["from-fs"]);
    const caps = readCaps(values);
    for (const task of report.tasks) {
      const found = capProblems(task.metadata?.limits, caps, `${task.origin}/metadata.json`);
      task.problems.push(...found);
      report.problems.push(...found);
    }
    writeStdout(options.json ? jsonText(report) : peopleText(report));
    return report.problems.some(isError) ? EXIT.data : EXIT.done;
  },
});

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

function jsonText(report: ValidationReport): string {
  const tasks = report.tasks.map(({ origin, metadata, problems }) => ({
    origin,
    ...(metadata === undefined ? {} : { label: metadata.label, version: metadata.version, uuid: metadata.uuid }),
    valid: !problems.some(isError),
  }));
  const shown = { valid: !report.problems.some(isError), tasks, problems: report.problems.map(problemJson) };
  return `${JSON.stringify(shown)}\n`;
}

function peopleText(report: ValidationReport): string {
  const paint = painter("stdout");
  const lines = report.tasks.flatMap((task) => taskLines(task));
  function taskLines({ origin, metadata, problems }: TaskReport): string[] {
    const verdict = problems.some(isError) ? paint("red", "invalid") : paint("green", "valid  ");
    const name = metadata === undefined ? "" : paint("dim", ` (${printable(metadata.label)} ${metadata.version})`);
    return [`${verdict}  ${printable(origin)}${name}`, ...problems.flatMap((one) => problemLines(one, paint))];
  }
  // What belongs to no single task: the archive, two tasks of one name.
  const own = new Set(report.tasks.flatMap(({ problems }) => problems));
  const others = report.problems.filter((problem) => !own.has(problem));
  lines.push(...others.flatMap((one) => problemLines(one, paint)));
  const errors = report.problems.filter(isError).length;
  const warnings = report.problems.length - errors;
  if (report.problems.length > 0 || report.isCollection) {
    lines.push(`${counted(report.tasks.length, "task")}, ${counted(errors, "error")}, ${counted(warnings, "warning")}`);
  }
  return `${lines.join("\n")}\n`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
