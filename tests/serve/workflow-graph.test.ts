import { expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";
import { newWorkplace } from "../support/serve-process.ts";

test("a server says which tasks are workflows, and returns their graphs", async () => {
  using place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  cpSync(join(REPOSITORY, "examples/orders"), join(place.folder, "tasks"), { recursive: true });
  // A large file is read on another thread.
  const many = Array.from(
    { length: 2_000 },
    (_, i) => `  s${i}: { task: echo, after: ${i === 0 ? "[]" : `s${i - 1}`} }`,
  );
  place.writeTask("wide", "0");
  place.write("tasks/wide/workflow.yaml", `steps:\n${many.join("\n")}\n# ${"x".repeat(70_000)}\n`);
  rmSync(join(place.folder, "tasks/wide/main.js"));
  const server = await place.serve();

  const { body: order } = await server.call("GET", "/api/v1/tasks/order");
  expect([order.kind, (await server.call("GET", "/api/v1/tasks/echo")).body.kind]).toEqual(["workflow", "program"]);
  const { status, body } = await server.call("GET", "/api/v1/tasks/order/graph");
  expect(status).toBe(200);
  const graph = body as unknown as { nodes: { id: string }[]; edges: object[] };
  expect(graph.nodes[0]).toEqual({
    ...{ id: "stock", name: "stock", kind: "task", subject: "check-stock", version: "1.2.0", parent: null, case: null },
    ...{ isDefault: false, if: null, forEach: null, onError: "fail", compensate: null, line: 2 },
  });
  expect(graph.nodes.find(({ id }) => id === "paid")).toMatchObject({ onError: "goTo", kind: "wait" });
  expect(graph.edges).toContainEqual({ from: "paid", to: "remind", type: "both" });
  expect((await server.call("GET", "/api/v1/tasks/wide/graph")).body.nodes).toHaveLength(2_000);

  const none = await server.call("GET", "/api/v1/tasks/echo/graph");
  expect([none.status, none.body.code]).toEqual([404, "WORKFLOW_NOT_FOUND"]);
  expect((await server.call("GET", "/api/v1/tasks/order/graph?version=9.9.9")).body.code).toBe("TASK_NOT_FOUND");
  const query = '{ order: taskGraph(task: "order") echo: taskGraph(task: "echo") task(ref: "order") { kind } }';
  const { data } = (await server.call("POST", "/graphql", { query })).body;
  expect(data).toMatchObject({ order: { edges: expect.any(Array) }, echo: null, task: { kind: "workflow" } });
}, 120_000);
