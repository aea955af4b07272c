/** What the graph of a run says about steps that have recorded nothing. */
import { expect, test } from "bun:test";
import type { Operation, WorkflowGraph } from "../../dist/generated/api-types.ts";
import { stepStates } from "../../src/dashboard/steps/step-state.ts";

type Step = WorkflowGraph["nodes"][number];

function step(id: string, kind: string, more: Partial<Step> = {}): Step {
  const rest = { subject: null, version: null, if: null, forEach: null, onError: "fail", compensate: null };
  return { id, name: id, kind, parent: null, case: null, isDefault: false, ...rest, ...more } as Step;
}

function done(label: string): Operation {
  const at = "2026-01-01T00:00:00Z";
  return {
    number: 1,
    kind: "call",
    label,
    state: "completed",
    createdAt: at,
    settledAt: at,
    undoes: null,
    jobId: 1,
  } as Operation;
}

const inSwitch = (when: string | null, kind: string) =>
  step(when ?? "default", kind, { parent: "route", case: when, isDefault: when === null });

function statesOf(
  cases: readonly Step[],
  operations: readonly Operation[],
  status = "running",
): Record<string, string> {
  const nodes = [step("route", "switch"), ...cases, step("next", "task")];
  const graph = { nodes, edges: [{ from: "route", to: "next", type: "depends" }] } as unknown as WorkflowGraph;
  const states = stepStates(graph, { status, operations, now: 0 });
  return Object.fromEntries([...states].map(([id, state]) => [id, state.status]));
}

test("a step that was cancelled has not failed", () => {
  const cancelled = {
    ...done("next"),
    state: "failed",
    error: { name: "CancelledError", message: "", code: "CANCELLED" },
  };
  const failed = { ...done("next"), state: "failed", error: { name: "Error", message: "" } };
  expect(statesOf([], [cancelled as Operation], "failed")).toMatchObject({ next: "cancelled" });
  expect(statesOf([], [failed as Operation], "failed")).toMatchObject({ next: "failed" });
});

test("before a switch has chosen, no case has started", () => {
  const cases = [inSwitch("a", "output"), inSwitch(null, "task")];
  expect(statesOf(cases, [])).toEqual({
    route: "not started",
    a: "not started",
    default: "not started",
    next: "not started",
  });
});

test("the cases besides the one that has run were skipped", () => {
  const cases = [inSwitch("a", "output"), inSwitch("b", "task"), inSwitch(null, "task")];
  for (const status of ["running", "completed"]) {
    expect(statesOf(cases, [done("b"), done("next")], status)).toEqual({
      route: "completed",
      a: "skipped",
      b: "completed",
      default: "skipped",
      next: "completed",
    });
  }
});

test("the only case that records nothing is the one that has run, if no other has and one must have", () => {
  const cases = [inSwitch("a", "output"), inSwitch(null, "task")];
  expect(statesOf(cases, [done("next")])).toEqual({
    route: "completed",
    a: "completed",
    default: "skipped",
    next: "completed",
  });
});

test("which of several cases that record nothing has run is not said", () => {
  const two = [inSwitch("a", "output"), inSwitch("b", "output"), inSwitch(null, "task")];
  expect(statesOf(two, [done("next")])).toMatchObject({ a: "not recorded", b: "not recorded", default: "skipped" });
  // Without a default, perhaps none has.
  const noDefault = [inSwitch("a", "output"), inSwitch("b", "task")];
  expect(statesOf(noDefault, [], "completed")).toMatchObject({ route: "completed", a: "not recorded", b: "skipped" });
});
