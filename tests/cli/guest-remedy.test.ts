import { expect, test } from "bun:test";
import { guestRemedy } from "../../src/cli/framework/guest-remedy.ts";
import type { HttpRequest } from "../../src/domain/http.ts";
import { HTTP_FAILURE_CODES } from "../../src/domain/http-failure-code.ts";
import { createPermit } from "../../src/http/policy/permit.ts";
import { netOf } from "../support/task-rules.ts";

test("a refusal that a task did not catch says which line to add", () => {
  const refused: HttpRequest = {
    ...{ method: "GET", url: "http://a.test/v1", headers: [], body: null, taskRules: netOf("b.test") },
  };
  let message = "";
  try {
    createPermit().request(refused, { url: new URL(refused.url), method: "GET" });
  } catch (error) {
    message = (error as Error).message;
  }
  expect(guestRemedy({ code: "PERMISSION_DENIED", message })).toBe(
    'Add "GET http://a.test/v1" to permissions.net in metadata.json.',
  );
  expect(guestRemedy({ code: "PERMISSION_DENIED", message: "mine" })).toContain("ratchet permissions show");
});

test("every failure of a call has a remedy of its own, and other errors have none here", () => {
  const remedies = HTTP_FAILURE_CODES.map((code) => guestRemedy({ code, message: "" }));
  expect(new Set(remedies).size).toBe(HTTP_FAILURE_CODES.length);
  expect(remedies).not.toContain(undefined);
  for (const code of [undefined, "EMINE", "constructor"])
    expect(guestRemedy({ code, message: "" } as never)).toBeUndefined();
});
