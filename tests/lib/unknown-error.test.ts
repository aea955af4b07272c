import { describe, expect, test } from "bun:test";
import { RatchetError } from "../../src/domain/errors.ts";
import { HttpFailure } from "../../src/domain/http.ts";
import { messageOf, toError, toHttpFailure, toRatchetError } from "../../src/domain/unknown-error.ts";

const THROWN: [string, unknown][] = [
  ["a", new Error("a")],
  ["b", new RangeError("b")],
  ["c", "c"],
  ["4", 4],
  ["undefined", undefined],
  ["null", null],
];

describe("a thrown value", () => {
  test.each(THROWN)("with the text %p has a message", (message, thrown) => {
    expect(messageOf(thrown)).toBe(message);
    expect(toError(thrown)).toBeInstanceOf(Error);
    expect(toError(thrown).message).toBe(message);
  });

  test("that is an error of ours stays as it is", () => {
    const ours = new RatchetError("USAGE", "wrong");
    const failure = new HttpFailure("refused", "not allowed");
    expect(toRatchetError(ours, "another message")).toBe(ours);
    expect(toHttpFailure(failure)).toBe(failure);
    expect(toError(ours)).toBe(ours);
  });

  test.each(THROWN)(
    "with the text %p becomes an INTERNAL error with the value as its private cause",
    (message, thrown) => {
      const error = toRatchetError(thrown);
      expect(error).toMatchObject({ code: "INTERNAL", remedy: "Report it with what you did before it happened." });
      expect(error.message).toEndWith(`: ${message}`);
      expect(toRatchetError(thrown, "It failed.").message).toBe("It failed.");
      if (thrown !== undefined) expect(error.cause).toBe(thrown);
    },
  );

  test.each(THROWN)("with the text %p becomes a failure of the network with the same message", (message, thrown) => {
    expect(toHttpFailure(thrown)).toMatchObject({ kind: "network", message, code: undefined });
  });
});
