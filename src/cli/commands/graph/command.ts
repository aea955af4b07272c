import { RatchetError } from "../../../domain/errors.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { FROM_FS_OPTION, TASK_PATH, taskPath } from "../../framework/task-paths.ts";

/** `ratchet graph`. */
export const GRAPH = defineCommand({
  meta: {
    name: "graph",
    description: "Draw the steps of a workflow and what they depend on",
    details: [
      "Prints the steps of workflow.yaml, each after those that it depends on, as text for people or as a diagram for Mermaid or " +
        "Graphviz. Solid arrows lead to the steps that come after, dotted ones to those that run when a step fails. Nothing is run.",
    ],
    examples: [
      ["ratchet graph tasks/order", "as text"],
      ["ratchet graph tasks#order --format mermaid", "a task of a collection, for a README"],
      ["ratchet graph tasks/order --format dot | dot -Tsvg > order.svg", "as a picture, with Graphviz"],
    ],
  },
  args: {
    path: { type: "positional", required: false, complete: "file", description: `The task: ${TASK_PATH}.` },
    "from-fs": FROM_FS_OPTION,
    format: {
      type: "enum",
      options: ["text", "mermaid", "dot"],
      valueHint: "FORMAT",
      description: "text, mermaid or dot. Default: text.",
    },
    json: { type: "boolean", description: "Print JSON." },
    ...CONFIG_OPTIONS,
  },
  async run({ args, data }) {
    const path = taskPath("graph", args.path, args["from-fs"]);
    // It says how errors are written.
    await data.config();
    const [{ loadTask }, { workflowOf }, { workflowGraph }] = await Promise.all([
      import("../../../task/load.ts"),
      import("../../../task/workflow/load-workflow.ts"),
      import("../../../task/workflow/workflow-graph.ts"),
    ]);
    const task = await loadTask(path);
    const workflow = await workflowOf(task);
    if (workflow === undefined) {
      throw new RatchetError("TASK_INVALID", `${path} is not a workflow: its program is no workflow.yaml.`, {
        remedy: "Pass a task whose program is workflow.yaml.",
        data: { path },
      });
    }
    const graph = workflowGraph(workflow);
    if (args.json)
      writeStdout(`${JSON.stringify({ label: task.metadata.label, version: task.metadata.version, ...graph })}\n`);
    else if (args.format === "mermaid") writeStdout((await import("./mermaid.ts")).mermaid(graph));
    else if (args.format === "dot") writeStdout((await import("./dot.ts")).dot(graph, task.metadata.label));
    else writeStdout((await import("./graph-text.ts")).graphText(graph, painter("stdout")));
    return EXIT.done;
  },
});
