import { expect, test } from "bun:test";
import fc from "fast-check";
import { RatchetError } from "../../src/domain/errors.ts";
import { GUEST_TEXT_LIMITS, type GuestError } from "../../src/domain/guest-errors.ts";
import { maskError } from "../../src/execution/secrets/mask-error.ts";
import { maskedPieces } from "../../src/execution/secrets/masked-pieces.ts";
import { piecesOf } from "../../src/lib/text-pieces.ts";
import { createSecretMasker } from "../../src/secrets/masking/secret-masker.ts";

const TOKEN = "ghp_Zk3vQ9wLx7RtB2nM5cJ8";
const LINES = "first-Kx82 line\nsecond-Pq71 line\nthird-Wm64 line";
/** It begins like another one, so a text that ends with it may go on. */
const LONGER = `${TOKEN}-Yd5fHs6gUe4a`;
const SHORT = "zQ7!x";
const masker = createSecretMasker(new Map(Object.entries({ TOKEN, LINES, LONGER, SHORT })));

/** What must not be seen: the parts of the values that no other text has. */
const PARTS = [TOKEN, LINES, LONGER].flatMap((value) =>
  [...value].map((_, at) => value.slice(at, at + 4)).filter((part) => part.length === 4 && /[A-Z]/.test(part)),
);

function shownParts(text: string): string[] {
  return PARTS.filter((part) => text.includes(part));
}

const WRITTEN = [TOKEN, LINES, LONGER, JSON.stringify(SHORT), `'${SHORT}'`, JSON.stringify(JSON.stringify({ SHORT }))];
const text = fc
  .array(
    fc.oneof(fc.constantFrom(...WRITTEN), fc.string({ unit: fc.constantFrom("x", " ", "\n", "é"), maxLength: 30 })),
  )
  .map((parts) => parts.join("."));

test("no piece of a long message has a part of a secret, wherever it is split", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 60 }), (message, longest) => {
      const entries: string[] = [];
      const take = maskedPieces((entry) => entries.push(entry.message), masker);
      for (const piece of piecesOf(message, longest)) {
        void take({ level: "info", message: piece.text, time: 0 }, piece.separator);
      }
      const shown = entries.join("");
      expect(shownParts(shown)).toEqual([]);
      expect(shown).not.toContain(SHORT);
      const lines = (given: string) => given.replaceAll("\n", "");
      expect(lines(shown)).toBe(lines(masker.text(message)));
    }),
    { numRuns: 500 },
  );
});

test("a message without secrets has the entries that it has without a masker", () => {
  const entries: string[] = [];
  const take = maskedPieces((entry) => entries.push(entry.message), masker);
  const pieces = [...piecesOf("aaaa\nbbbb\n", 5)];
  for (const piece of pieces) void take({ level: "info", message: piece.text, time: 0 }, piece.separator);
  expect(entries).toEqual(pieces.map((piece) => piece.text));
});

test("a secret that overlaps with itself is found quickly, and no piece shows it", () => {
  const own = createSecretMasker(new Map([["ONE", "QQQQQQQQQQ"]]));
  const entries: string[] = [];
  const take = maskedPieces((entry) => entries.push(entry.message), own);
  for (const piece of piecesOf("Q".repeat(500_000), 65_536))
    void take({ level: "info", message: piece.text, time: 0 }, piece.separator);
  expect(entries.join("")).not.toContain("QQQQ");
});

/** An error whose texts are cut as the sandbox cuts them. */
function cutError(given: string): GuestError {
  const { maxName, maxText, maxInnerText } = GUEST_TEXT_LIMITS;
  const inner = {
    name: given.slice(0, maxName),
    message: given.slice(0, maxInnerText),
    stack: given.slice(0, maxInnerText),
  };
  const name = given.slice(0, maxName);
  const message = given.slice(0, maxText);
  return { name, message, code: name, classes: [name], stack: message, cause: inner, errors: [inner] };
}

test("no text of an error that was cut ends with a part of a secret", () => {
  const length = fc.constantFrom(...Object.values(GUEST_TEXT_LIMITS));
  fc.assert(
    fc.property(length, fc.constantFrom(TOKEN, LINES, LONGER), fc.nat(40), (length, value, before) => {
      const guest = cutError("z".repeat(length - before) + value + value);
      const error = new RatchetError("TASK_FAILED", `${guest.name}: ${guest.message}`, { guest });
      const masked = maskError(error, masker);
      expect(shownParts(JSON.stringify([masked.guest, masked.message]))).toEqual([]);
      expect(masked.guest?.message).toStartWith("z".repeat(length - before));
    }),
    { numRuns: 200 },
  );
});

test("the last text that an error has room for has no part of a secret", () => {
  const value = TOKEN.slice(0, 12);
  const texts = ["y".repeat(60_000), "y".repeat(60_000), "y".repeat(60_000)];
  const [message = "", stack = ""] = texts;
  const left = 192 * 1024 - 3 * 60_000 - 10;
  const cause = { name: "Error", message: texts[2] ?? "", stack: "z".repeat(left - value.length) + value };
  const guest: GuestError = { name: "Error", message, stack, cause };
  const masked = maskError(new RatchetError("TASK_FAILED", `Error: ${message}`, { guest }), masker);
  expect(shownParts(JSON.stringify(masked.guest))).toEqual([]);
  // A text that was not cut stays as it is.
  const whole = { name: "Error", message: `about ${value}` };
  expect(maskError(new RatchetError("TASK_FAILED", "", { guest: whole }), masker).guest).toEqual(whole);
});
