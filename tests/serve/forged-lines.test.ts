import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";

const FORGED = "x\n00:00:00 error forged\u202e\u009b1m\n{}";

test.each(["text", "json"] as const)("a task can't write a line of its own into the log, as %s", async (format) => {
  using place = newWorkplace();
  place.writeTask("forger", `() => { throw new ValidationError(${JSON.stringify(FORGED)}); }`);
  const server = await place.serve(["--dev"], { RATCHET_LOG_FORMAT: format });
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "forger" });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "failed");
  const { stdout, stderr } = await server.end();
  const lines = `${stdout}${stderr}`.trimEnd().split("\n");
  expect(lines.join("\n")).toContain("forged");
  expect(lines.filter((line) => /^00:00:00|^\{\}/.test(line))).toEqual([]);
  expect(lines.join("\n")).not.toMatch(/[\u007f-\u009f\u202a-\u202e]/);
  if (format === "json") for (const line of lines) expect(JSON.parse(line).level).toBeDefined();
});
