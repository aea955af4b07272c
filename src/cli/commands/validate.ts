import type { Problem } from "../../domain/problem.ts";
import { defined } from "../../lib/defined.ts";
import type { TaskReport, ValidationReport } from "../../task/validate.ts";
import { CONFIG_OPTIONS, defineCommand } from "../framework/command.ts";
import { problemJson, problemLines } from "../framework/error-report.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../framework/output.ts";
import { FROM_FS_OPTION, TASK_PATH, taskPaths } from "../framework/task-paths.ts";

/** `ratchet validate`. */
export const VALIDATE = defineCommand({
  meta: {
    name: "validate",
    description: "Check a task or a collection without running it",
    details: [
      "Checks metadata, program, schemas and tests, and reports all problems at once, each with its place and remedy. " +
        "Warnings do not make a task invalid. Exit code 0: valid; 3: problems were found.",
    ],
    examples: [
      ["ratchet validate tasks/addition hello.ts", "a task and a single file"],
      ["ratchet validate tasks --json", "a collection, as JSON"],
    ],
  },
  args: {
    path: {
      type: "positional",
      multiple: true,
      required: false,
      complete: "file",
      description: `Tasks or collections: each is ${TASK_PATH}.`,
    },
    "from-fs": FROM_FS_OPTION,
    json: { type: "boolean", description: "Print JSON." },
    ...CONFIG_OPTIONS,
  },
  async run({ args, data }) {
    const paths = taskPaths("validate", args.path, args["from-fs"]);
    // It says how errors are written.
    const { values } = await data.config();
    const [{ validateTask }, { capProblems, readCaps }] = await Promise.all([
      import("../../task/validate.ts"),
      import("../../task/limit-caps.ts"),
    ]);
    const report = together(await Promise.all(paths.map((path) => validateTask(path))));
    const caps = readCaps(values);
    for (const task of report.tasks) {
      const found = capProblems(task.metadata?.limits, caps, `${task.origin}/metadata.json`);
      task.problems.push(...found);
      report.problems.push(...found);
    }
    writeStdout(args.json ? jsonText(report) : peopleText(report));
    return report.problems.some(isError) ? EXIT.data : EXIT.done;
  },
});

/** Joins the reports of several paths. */
function together(reports: readonly ValidationReport[]): ValidationReport {
  const [first, ...others] = reports;
  if (first !== undefined && others.length === 0) return first;
  return {
    origin: reports.map(({ origin }) => origin).join(", "),
    isCollection: true,
    tasks: reports.flatMap(({ tasks }) => tasks),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

function jsonText(report: ValidationReport): string {
  const tasks = report.tasks.map(({ origin, metadata, problems }) => ({
    origin,
    ...defined({ label: metadata?.label, version: metadata?.version, uuid: metadata?.uuid }),
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
