import { expect, test } from "bun:test";
import { readGuestError } from "../../src/sandbox/engine/read-guest-error.ts";

test("the texts of an error and of all errors behind it stay within bounds together", () => {
  const text = "x".repeat(8_192);
  const errors = Array.from({ length: 31 }, () => ({ name: "Error", message: text, stack: text, code: text }));
  const read = readGuestError({ name: "Error", message: text, errors });
  expect(read?.errors).toHaveLength(31);
  expect(read?.errors?.[0]).toEqual({ name: "Error", message: text, stack: text, code: text });
  expect(read?.errors?.[30]).toMatchObject({ message: "", stack: "" });
  expect(JSON.stringify(read).length).toBeLessThan(200 * 1024);
});
