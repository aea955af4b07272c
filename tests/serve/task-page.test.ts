import { expect, test } from "bun:test";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

const labels = async (server: ServeProcess, query: string) => {
  const { body } = await server.call("GET", `/api/v1/tasks?order=asc&${query}`);
  return (body.items as { label: string }[]).map(({ label }) => label);
};

test("returns what the page of a task shows: README, latest inputs, the source of each version", async () => {
  using place = newWorkplace();
  const code = "(function (input) { return input; })";
  place.writeTask("echo", code, { description: "Returns its input 100% unchanged" });
  place.writeTask("other", code, { description: "Something else" });
  place.write("tasks/echo/Readme.md", "# Echo\n\nÜber **all**.\n");
  const server = await place.serve();
  const { body: created } = await server.call("POST", "/api/v1/jobs/batch", {
    jobs: [{ a: 1 }, { a: 2 }, { a: 1 }].map((input) => ({ task: "echo", input })),
  });
  const ids = (created.jobs as { id: number }[]).map(({ id }) => id);
  const [, second = 0, third = 0] = ids;

  const readme = await fetch(`${server.url}/api/v1/tasks/echo/readme`);
  expect([readme.status, readme.headers.get("content-type")]).toEqual([200, "text/markdown; charset=utf-8"]);
  expect(await readme.text()).toBe("# Echo\n\nÜber **all**.\n");
  const none = await server.call("GET", "/api/v1/tasks/other/readme");
  expect([none.status, none.body.code]).toEqual([404, "README_NOT_FOUND"]);
  expect((await server.call("GET", "/api/v1/tasks/echo/readme?version=9.9.9")).body.code).toBe("TASK_NOT_FOUND");

  const inputs = (await server.call("GET", "/api/v1/tasks/echo/inputs")).body.items;
  expect(inputs).toEqual([
    { input: { a: 1 }, jobId: third, at: expect.stringMatching(/^20\d\d-/) },
    { input: { a: 2 }, jobId: second, at: expect.stringMatching(/^20\d\d-/) },
  ]);
  expect((await server.call("GET", "/api/v1/tasks/echo/inputs?limit=1")).body.items).toHaveLength(1);
  expect((await server.call("GET", "/api/v1/tasks/other/inputs")).body.items).toEqual([]);
  const query =
    '{ taskReadme(task: "echo") taskInputs(task: "echo", limit: 1) { input jobId } none: taskReadme(task: "other") }';
  const { body: graphql } = await server.call("POST", "/graphql", { query });
  expect(graphql.data).toEqual({
    taskReadme: "# Echo\n\nÜber **all**.\n",
    taskInputs: [{ input: { a: 1 }, jobId: third }],
    none: null,
  });

  expect(await labels(server, "search=ECHO")).toEqual(["echo"]);
  expect(await labels(server, "search=100%25")).toEqual(["echo"]);
  expect(await labels(server, "search=something")).toEqual(["other"]);
  expect(await labels(server, "search=_")).toEqual([]);
  const { stdout } = await place.ratchet(["tasks", "list", "--search", "else", "--json", "--server", server.url]);
  expect(JSON.parse(stdout)).toMatchObject({ label: "other" });

  // A job holds on to the version that it asks for.
  await server.call("POST", "/api/v1/jobs", { task: "echo", version: "1.0.0", runAt: "2999-01-01T00:00:00Z" });
  place.writeTask("echo", "(function () { return 2; })", { version: "2.0.0", description: "newer" });
  await server.call("POST", "/api/v1/registry/sources/refresh");
  const source = async (version: string) =>
    (await fetch(`${server.url}/api/v1/tasks/echo/source?version=${version}`)).text();
  expect([await source("1.0.0"), await source("2.0.0")]).toEqual([code, "(function () { return 2; })"]);
  expect(await (await fetch(`${server.url}/api/v1/tasks/echo/readme?version=1.0.0`)).text()).toStartWith("# Echo");
}, 120_000);

test("offers no input again that contains a secret", async () => {
  using place = newWorkplace();
  place.writeTask("echo", "(function (input) { return 1; })");
  const server = await place.serve();
  await server.call("PUT", "/api/v1/secrets/TOKEN", { value: "very-secret-value" });
  for (const text of ["plain", "has very-secret-value in it"]) {
    await server.call("POST", "/api/v1/jobs", { task: "echo", input: { text } });
  }
  const { body } = await server.call("GET", "/api/v1/tasks/echo/inputs");
  expect((body.items as { input: unknown }[]).map(({ input }) => input)).toEqual([{ text: "plain" }]);
}, 120_000);
