import type { ProgramGroup } from "../program.ts";

/** The second argument of the task's function. */
export const context: ProgramGroup = {
  title: "context",
  programs: [
    {
      name: "tells about the execution and the task",
      code: "(input, { executionId, attempt, task }) => ({ executionId, attempt, task })",
      context: {
        executionId: "an-id",
        attempt: 3,
        task: { uuid: "u", version: "2.0.0-rc.1", label: "täsk" },
        secrets: {},
      },
      output: { executionId: "an-id", attempt: 3, task: { uuid: "u", version: "2.0.0-rc.1", label: "täsk" } },
    },
    {
      name: "holds the secrets, whatever they are called",
      code: "(input, { secrets }) => [secrets.TOKEN, secrets.__proto__, Object.keys(secrets)]",
      context: {
        executionId: "e",
        attempt: 1,
        task: { uuid: "u", version: "1.0.0", label: "l" },
        secrets: JSON.parse('{"TOKEN":"s3cret","__proto__":"odd"}') as Record<string, string>,
      },
      output: ["s3cret", "odd", ["TOKEN", "__proto__"]],
    },
    {
      name: "has a signal that is not aborted",
      code: `(input, context) => [context.signal.aborted, context.signal === context.signal,
        context.signal instanceof AbortSignal, typeof context.signal.addEventListener]`,
      output: [false, true, true, "function"],
    },
    {
      name: "takes progress of any JSON",
      code: "async (input, { progress }) => { progress(0.5); progress({ step: [1] }); await null; progress('a'); progress(undefined); return 1; }",
      output: 1,
      progress: [0.5, { step: [1] }, "a", null],
    },
    {
      name: "refuses progress that is no JSON",
      code: "(input, { progress }) => { try { progress(1n); } catch (error) { return error.name; } }",
      output: "TypeError",
      progress: [],
    },
    {
      name: "is the task's own: changes reach nobody",
      code: "(input, context) => { context.attempt = 99; context.secrets.x = 1; context.task.label = 'other'; return context.attempt; }",
      output: 99,
    },
    {
      name: "shows nothing else",
      code: "(input, context) => Object.keys(context).sort()",
      output: [
        ...["approve", "attempt", "call", "continueAsNew", "emit", "executionId", "map", "output", "progress"],
        ...["secrets", "signal", "sleep", "sleepUntil", "step", "task", "waitFor"],
      ],
    },
  ],
};
