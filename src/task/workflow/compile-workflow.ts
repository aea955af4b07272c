import type { Program } from "../../domain/task.ts";
import type { Workflow, WorkflowExpression } from "../../domain/workflow.ts";
import { writeMapping } from "../program/edit-lines.ts";
import { withId } from "../program/program-id.ts";
import { planWorkflow } from "./plan-workflow.ts";
import { workflowRuntimeSource } from "./workflow-runtime.ts";

/** Indexes of the files of the program: code that is not from the task, and the workflow. */
const [NOWHERE, WORKFLOW] = [0, 1];
const PARAMETERS = "(input,steps,item,index)=>(";

/**
 * Compiles a workflow to a program: an expression whose value is the function of the task. The expressions of the file are
 * functions that see nothing of the runtime, each on a line of its own.
 * @param text the file, and `fileName` its name in errors and stacks
 */
export function compileWorkflow(workflow: Workflow, { text, fileName }: { text: string; fileName: string }): Program {
  const { plan, functions: expressions } = planWorkflow(workflow, fileName);
  const head = [
    `((plan,expressions)=>{const module={exports:{}};((module,exports)=>{${workflowRuntimeSource()}`,
    "})(module,module.exports);const{default:workflow}=module.exports;return workflow(plan,expressions)})(",
    `JSON.parse(${JSON.stringify(JSON.stringify(plan))}),(()=>{"use strict";return[`,
  ];
  const functions = expressions.map(({ source }) => `${PARAMETERS}${source}\n),\n`);
  const code = `${head.join("\n")}\n${functions.join("")}]})())\n`;
  const mappings = mappingsOf(head.length, expressions);
  return withId({
    fileName,
    code,
    places: { files: ["", fileName], mappings },
    texts: () => ["", text],
  });
}

/** Returns the mappings of a source map from the code to the file. @param headLines how many lines are before the expressions */
function mappingsOf(headLines: number, expressions: readonly WorkflowExpression[]): string {
  const lines: string[] = [];
  const last = { source: 0, line: 0, column: 0 };
  const segment = (source: number, line: number, column: number) => {
    const fields = [0, source - last.source, line - last.line, column - last.column];
    Object.assign(last, { source, line, column });
    return fields.map(writeMapping).join("");
  };
  for (let i = 0; i < headLines; i++) lines.push(segment(NOWHERE, 0, 0));
  for (const { source, place } of expressions) {
    // The first line begins with the parameters, and the last one is the end of the function.
    const count = source.split("\n").length + 1;
    for (let i = 0; i < count; i++) {
      const isFirst = i === 0;
      lines.push(segment(WORKFLOW, place.line - 1 + (i === count - 1 ? i - 1 : i), isFirst ? place.column - 1 : 0));
    }
  }
  lines.push(segment(NOWHERE, 0, 0));
  return lines.join(";");
}
