import { RatchetError } from "../../../domain/errors.ts";
import { defineCommand } from "../../framework/command.ts";
import { taskPaths } from "../../framework/task-paths.ts";
import { TEST_OPTIONS } from "./options.ts";

/** `ratchet test`. */
export const TEST = defineCommand({
  meta: {
    name: "test",
    description: "Run the tests of tasks and collections",
    details: [
      "Runs every tests/*.json in parallel and compares what the task returns (expected_output) or throws " +
        "(expected_error: the error's type, or part of its message). The test's mocks respond to HTTP calls; nothing " +
        "reaches the network. A .json file in tests/ that is not a test is reported; other files are ignored.",
      "The exit code is 1 if a test failed, and 3 if a file or a program is broken or no test ran.",
    ],
    examples: [
      ["ratchet test tasks/addition", "all tests of a task"],
      ["ratchet test tasks --filter weather", "some tests of a collection"],
      ["ratchet test tasks#addition other-tasks --coverage", "a task of a collection, and another collection"],
      ["ratchet test tasks --reporter junit > report.xml", "for continuous integration"],
    ],
  },
  args: TEST_OPTIONS,
  async run({ args, data }) {
    const { path, "from-fs": fromFs, ...options } = args;
    const paths = taskPaths("test", path, fromFs);
    const single = (["task", "from-recording"] as const).find((name) => options[name] !== undefined);
    if (single !== undefined && paths.length > 1) {
      const remedy = single === "task" ? "Write PATH#LABEL for each task." : "Name the task that was recorded.";
      throw new RatchetError("USAGE", `test: --${single} works with a single PATH.`, { remedy });
    }
    return (await import("./test-session.ts")).runTestSession({ ...options, paths }, data);
  },
});
