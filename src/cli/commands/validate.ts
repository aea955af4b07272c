import type { Problem } from "../../domain/problem.ts";
import { defined } from "../../lib/defined.ts";
import type { TaskReport, ValidationReport } from "../../task/validate.ts";
import { CONFIG_OPTIONS, defineCommand } from "../framework/command.ts";
import { problemJson, problemLines } from "../framework/error-report.ts";
import { EXIT } from "../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../framework/output.ts";
import { FROM_FS_OPTION, TASK_PATH, taskPaths, withEachPath } from "../framework/task-paths.ts";

/** `ratchet validate`. */
export const VALIDATE = defineCommand({
  meta: {
    name: "validate",
    description: "Check a task or a collection without running it",
    details: [
      "Checks metadata, program, schemas and tests, and reports all problems at once, each with its place and remedy. " +
        "Warnings do not make a task invalid. Exit code 0: valid; 3: problems were found.",
      "With --types it also checks types, with the package typescript that is installed next to the task, and the task's " +
        "tsconfig.json or jsconfig.json if it has one. This runs the code of that package: use it with folders that you trust. " +
        "No code of the task is run.",
    ],
    examples: [
      ["ratchet validate tasks/addition hello.ts", "a task and a single file"],
      ["ratchet validate tasks --json", "a collection, as JSON"],
      ["ratchet validate --types tasks", "the types, too"],
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
    types: { type: "boolean", description: "Check types, with the package typescript next to the task." },
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
    const { found: reports, problems } = await withEachPath(paths, validateTask);
    const compilers = args.types ? await addTypeProblems(reports) : new Map<TaskReport, string>();
    const report = together(reports, problems);
    const caps = readCaps(values);
    for (const task of report.tasks) {
      const found = capProblems(task.metadata?.limits, caps, `${task.origin}/metadata.json`);
      task.problems.push(...found);
      report.problems.push(...found);
    }
    writeStdout(args.json ? jsonText(report, compilers) : peopleText(report));
    return report.problems.some(isError) ? EXIT.data : EXIT.done;
  },
});

/** How many compilers run at the same time. Each uses several threads. */
const COMPILERS = 4;

/** Checks the types of all tasks. @returns the versions of TypeScript that checked them */
async function addTypeProblems(reports: readonly ValidationReport[]): Promise<Map<TaskReport, string>> {
  const { checkTypes } = await import("../../task/type-check/check-types.ts");
  const compilers = new Map<TaskReport, string>();
  const tasks = reports.flatMap((report) => report.tasks.map((task) => ({ task, report })));
  for (let at = 0; at < tasks.length; at += COMPILERS) {
    const group = tasks.slice(at, at + COMPILERS).map(async ({ task, report }) => {
      const collection = report.isCollection ? report.origin : undefined;
      const result = await checkTypes({ origin: task.origin, collection, problems: task.problems });
      return { ...result, task, report };
    });
    // In the order of the tasks, whichever compiler is first.
    for (const { task, report, problems, replaced, typescript } of await Promise.all(group)) {
      const isKept = (problem: Problem) => !replaced.includes(problem);
      task.problems = [...task.problems.filter(isKept), ...problems];
      report.problems = [...report.problems.filter(isKept), ...problems];
      if (typescript !== undefined) compilers.set(task, typescript);
    }
  }
  return compilers;
}

/** Joins the reports of several paths. @param unread problems of paths that can't be read */
function together(reports: readonly ValidationReport[], unread: readonly Problem[]): ValidationReport {
  const [first, ...others] = reports;
  if (first !== undefined && others.length + unread.length === 0) return first;
  return {
    origin: reports.map(({ origin }) => origin).join(", "),
    isCollection: true,
    tasks: reports.flatMap(({ tasks }) => tasks),
    problems: [...reports.flatMap(({ problems }) => problems), ...unread],
  };
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}

/** @param compilers the versions of TypeScript that checked the types of tasks */
function jsonText(report: ValidationReport, compilers: ReadonlyMap<TaskReport, string>): string {
  const tasks = report.tasks.map((task) => ({
    origin: task.origin,
    ...defined({ label: task.metadata?.label, version: task.metadata?.version, uuid: task.metadata?.uuid }),
    valid: !task.problems.some(isError),
    ...defined({ typescript: compilers.get(task) }),
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
