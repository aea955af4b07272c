import { expect, test } from "bun:test";
import { createPeopleLog, type PeopleMessage } from "../../src/cli/framework/people-log.ts";
import { newWorkplace } from "../support/serve-process.ts";

test("no message is dropped, not even repeated ones or those of a clock that is set back", () => {
  const seen: PeopleMessage[] = [];
  const log = createPeopleLog((message) => seen.push(message));
  for (let i = 0; i < 100; i++) log.info({ args: ["again"], date: new Date(1_000_000 - i) });
  expect(seen).toHaveLength(100);
  expect(seen.at(-1)).toEqual({ level: "info", text: "again", time: 999_901, more: undefined });
});

test("levels, fields and marks in a message come through as they are", () => {
  const seen: PeopleMessage[] = [];
  const log = createPeopleLog((message) => seen.push(message));
  for (const level of ["debug", "info", "warn", "error"] as const) {
    log[level]({ args: [`${level} %s %d`, { id: 1 }], date: new Date(5) });
  }
  log.info("");
  expect(seen.slice(0, 4)).toEqual(
    (["debug", "info", "warn", "error"] as const).map((level) => ({
      level,
      text: `${level} %s %d`,
      time: 5,
      more: { id: 1 },
    })),
  );
  expect(seen[4]).toMatchObject({ level: "info", text: "" });
});

test("serve's log as text: what is wrong on stderr, the rest on stdout, without colours in pipes", async () => {
  using place = newWorkplace();
  place.writeTask("fail", "() => { throw new Error('x\\u001b[2Jy'); }");
  const server = await place.serve(["--dev"], { RATCHET_LOG_FORMAT: "text" });
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "fail", maxRetries: 0 });
  await server.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  const { stdout, stderr } = await server.end();
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d info {2}SIGTERM: stopping; .* signal=SIGTERM$/m);
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d info {2}stopped$/m);
  expect(stdout + stderr).not.toContain("\u001b");
});
