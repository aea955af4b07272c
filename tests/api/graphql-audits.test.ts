/** The audits of GraphQL over HTTP, as the specification's own test suite makes them. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { serverAudits } from "graphql-http";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer | undefined;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server?.[Symbol.asyncDispose]());

const audits = serverAudits({ url: () => `${server?.url}/graphql`, fetchFn: fetch });

test("there are audits", () => expect(audits.length).toBeGreaterThan(50));

for (const audit of audits) {
  test(audit.name, async () => {
    const result = await audit.fn();
    expect(result).toMatchObject({ status: "ok" });
  });
}
