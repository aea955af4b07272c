/** Approvals are listed, read and decided by those who may, once. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ApproveRequest } from "../../src/domain/durable.ts";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { keyHeader, sessionHeader } from "../access/credentials.ts";
import { type PlayedRun, playRun } from "../support/played-run.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
type Who = Record<string, string>;
let operator: Who;
let viewer: Who;
let admin: Who;
let ada: Who;
beforeAll(async () => {
  server = await startServer({ working: false, access: true });
  operator = await keyHeader(server, "operator", "operator");
  viewer = await keyHeader(server, "viewer", "viewer");
  admin = await keyHeader(server, "admin", "admin");
  ada = await sessionHeader(server, "ada", "viewer");
});
afterAll(() => server[Symbol.asyncDispose]());

async function asking(request: Partial<ApproveRequest> = {}, task = "sleeping"): Promise<PlayedRun & { id: number }> {
  const run = await playRun(server.deps, (await server.call("POST", "/api/v1/jobs", { task }, operator)).body.id);
  const asked: ApproveRequest = { kind: "approve", title: "Buy?", onTimeout: "reject", ...request };
  const who = asked.who === undefined ? {} : { who: JSON.stringify(asked.who) };
  await run.open(1, asked, { name: asked.title, ...who });
  await run.fallAsleep([1]);
  const list = await server.call("GET", `/api/v1/approvals?executionId=${run.executionId}`, undefined, viewer);
  expect(list.body.items).toHaveLength(1);
  return { ...run, id: list.body.items[0].id };
}

const decide = (id: number, body: JsonObject, who: Who = operator) =>
  server.call("POST", `/api/v1/approvals/${id}`, body, who);

async function result({ executionId }: PlayedRun): Promise<JsonValue> {
  const { body } = await server.call("GET", `/api/v1/executions/${executionId}/operations`, undefined, viewer);
  return body.items[0].output;
}

test("a decision is what the run goes on with", async () => {
  const run = await asking({ title: "Buy for 5 EUR?", schema: { type: "object", required: ["note"] } });
  const { body } = await server.call("GET", `/api/v1/approvals/${run.id}`, undefined, operator);
  expect(body).toMatchObject({
    id: run.id,
    status: "pending",
    title: "Buy for 5 EUR?",
    task: { label: "sleeping" },
    jobId: run.jobId,
    executionId: run.executionId,
    number: 1,
    who: null,
    mayDecide: true,
    schema: { type: "object", required: ["note"] },
    onTimeout: "reject",
    decidedBy: null,
  });
  const decided = await decide(run.id, { decision: "approve", input: { note: "ok" }, comment: "as agreed" });
  expect(decided).toMatchObject({
    status: 200,
    body: { status: "approved", decidedBy: "key:operator", comment: "as agreed", mayDecide: false },
  });
  expect(await result(run)).toEqual({
    approved: true,
    by: "key:operator",
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    input: { note: "ok" },
  });
});

test("a rejection is an answer too, and neither can be changed", async () => {
  const run = await asking();
  expect(await decide(run.id, { decision: "reject" })).toMatchObject({ status: 200, body: { status: "rejected" } });
  expect(await result(run)).toMatchObject({ approved: false, input: null });
  for (const decision of ["approve", "reject"]) {
    expect(await decide(run.id, { decision })).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  }
});

test("an input has to fit the schema", async () => {
  const schema = { type: "object", properties: { note: { type: "string" } }, required: ["note"] };
  const { id } = await asking({ schema });
  const wrong = await decide(id, { decision: "approve", input: { note: 5 } });
  expect(wrong).toMatchObject({ status: 422, body: { code: "INVALID_INPUT", errors: [{ pointer: "/input/note" }] } });
  expect(await decide(id, { decision: "approve" })).toMatchObject({ status: 422 });
  expect(await decide(id, { decision: "reject", input: 7 })).toMatchObject({ status: 422 });
  const large = await decide(id, { decision: "approve", input: { note: "x".repeat(1024 * 1024) } });
  expect(large).toMatchObject({ status: 413, body: { code: "SIGNAL_LIMIT" } });
  expect(await decide(id, { decision: "reject" })).toMatchObject({ status: 200 });
});

test("a form without anything that must be filled in needs no input", async () => {
  const run = await asking({ schema: { type: "object", properties: { note: { type: "string" } } } });
  expect(await decide(run.id, { decision: "approve" })).toMatchObject({ status: 200 });
  expect(await result(run)).toMatchObject({ approved: true, input: {} });
});

test("without who, everyone may decide who may handle jobs", async () => {
  const { id } = await asking();
  expect(await decide(id, { decision: "approve" }, viewer)).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
  expect((await server.call("GET", `/api/v1/approvals/${id}`, undefined, viewer)).body.mayDecide).toBe(false);
  expect((await decide(id, { decision: "approve" }, admin)).status).toBe(200);
});

test("who names roles and users, and nobody else may decide", async () => {
  const named = await asking({ who: ["ada"] });
  for (const who of [operator, admin, viewer]) {
    expect((await decide(named.id, { decision: "approve" }, who)).status).toBe(403);
  }
  // A key does not become a person by its name.
  expect((await decide(named.id, { decision: "approve" }, await keyHeader(server, "ada", "admin"))).status).toBe(403);
  const decided = await decide(named.id, { decision: "approve" }, ada);
  expect(decided).toMatchObject({ status: 200, body: { decidedBy: "ada" } });
  const admins = await asking({ who: ["admin"] });
  expect((await decide(admins.id, { decision: "reject" }, operator)).status).toBe(403);
  expect((await decide(admins.id, { decision: "reject" }, admin)).status).toBe(200);
  const viewers = await asking({ who: ["viewer"] });
  expect((await decide(viewers.id, { decision: "reject" }, viewer)).status).toBe(200);
});

test("the list has filters, and pages", async () => {
  const first = await asking({ title: "one" });
  const second = await asking({ title: "two" });
  await decide(first.id, { decision: "approve" });
  const list = async (query: string, who = viewer) =>
    (await server.call("GET", `/api/v1/approvals${query}`, undefined, who)).body;
  const pending = (await list("?status=pending")).items.map(({ id }: { id: number }) => id);
  expect(pending).toContain(second.id);
  expect(pending).not.toContain(first.id);
  expect((await list("?status=approved&limit=1")).items[0].id).toBe(first.id);
  const page = await list("?limit=1");
  expect(page.items).toMatchObject([{ id: second.id }]);
  expect((await list(`?limit=1&cursor=${encodeURIComponent(page.nextCursor)}`)).items).toMatchObject([
    { id: first.id },
  ]);
  expect((await list("?task=sleeping&limit=1")).items).toHaveLength(1);
  expect((await list("?task=addition")).items).toEqual([]);
  expect((await list("?status=wrong")).code).toBe("USAGE");
});

test("the audit log has both decisions apart, and who was refused", async () => {
  const entries = async () => (await server.call("GET", "/api/v1/audit?limit=3", undefined, admin)).body.items;
  const approved = await asking();
  const rejected = await asking();
  await decide(approved.id, { decision: "approve" }, viewer);
  await decide(approved.id, { decision: "approve" });
  expect(await entries()).toMatchObject([
    { action: "decideApproval", target: `approvals/${approved.id}/approve`, actor: "key:operator", outcome: "ok" },
    { action: "decideApproval", target: `approvals/${approved.id}/approve`, actor: "key:viewer", outcome: "FORBIDDEN" },
    { action: "createJob" },
  ]);
  const query = `mutation { decideApproval(id: ${rejected.id}, decision: REJECT) { status decidedBy } }`;
  const { data } = (await server.call("POST", "/graphql", { query }, operator)).body;
  expect(data.decideApproval).toEqual({ status: "REJECTED", decidedBy: "key:operator" });
  expect(await entries()).toMatchObject([
    { action: "decideApproval", target: `approvals/${rejected.id}/reject`, actor: "key:operator", outcome: "ok" },
    {},
    {},
  ]);
});

test("GraphQL lists approvals", async () => {
  const { id } = await asking({ who: ["operator", "ada"], title: "Ship?" });
  const query = `{
    approvals(status: PENDING, pagination: { limit: 1 }) { id title status who mayDecide task { label } }
    approval(id: ${id}) { schema onTimeout }
    nothing: approval(id: 999999) { id }
  }`;
  const { data } = (await server.call("POST", "/graphql", { query }, operator)).body;
  expect(data).toEqual({
    approvals: [
      { id, title: "Ship?", status: "PENDING", who: ["operator", "ada"], mayDecide: true, task: { label: "sleeping" } },
    ],
    approval: { schema: null, onTimeout: "reject" },
    nothing: null,
  });
});

test("what does not exist, or belongs to another task, is 404", async () => {
  const few = await keyHeader(server, "few", "operator", { tasks: ["addition"] });
  const { id } = await asking();
  expect((await decide(999_999, { decision: "approve" })).body.code).toBe("APPROVAL_NOT_FOUND");
  expect((await decide(id, { decision: "approve" }, few)).body.code).toBe("APPROVAL_NOT_FOUND");
  expect((await server.call("GET", `/api/v1/approvals/${id}`, undefined, few)).status).toBe(404);
  expect((await server.call("GET", "/api/v1/approvals", undefined, few)).body.items).toEqual([]);
});

test("an approval of a run that was killed is no longer asked for", async () => {
  const run = await asking();
  await server.call("POST", `/api/v1/jobs/${run.jobId}/kill`, {}, operator);
  const { body } = await server.call("GET", `/api/v1/approvals/${run.id}`, undefined, viewer);
  expect(body).toMatchObject({ status: "cancelled", mayDecide: false });
  expect(await decide(run.id, { decision: "approve" })).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
});
