import { afterEach, beforeEach, expect, test } from "bun:test";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

test("a server checks a task like `validate`", async () => {
  place.writeTask("odd", "const a = 1;");
  place.write("tasks/odd/input.schema.json", '{"type":"object","propertis":{},"required":["a"]}');
  place.write("tasks/odd/output.schema.json", '{"type":"objekt"}');
  place.write("tasks/odd/tests/a.json", '{"input":{},"expected_output":1}');
  const { stdout, code } = await place.ratchet(["validate", "--from-fs", "tasks/odd", "--json"]);
  expect(code).toBe(3);
  const { problems } = JSON.parse(stdout);
  expect(problems).toHaveLength(4);
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/tasks/odd/validate");
  expect(body).toEqual({ valid: false, problems, violations: [] });
});
