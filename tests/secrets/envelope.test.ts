import { expect, test } from "bun:test";
import fc from "fast-check";
import { openValue, rewrapValue, sealValue } from "../../src/secrets/encryption/envelope.ts";
import { createMasterKey, formatMasterKey, parseMasterKey } from "../../src/secrets/encryption/master-key.ts";

const key = createMasterKey();

test("any value comes back, and the same value is never encrypted to the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      const one = sealValue(key, "A", value);
      const two = sealValue(key, "A", value);
      expect(openValue(key, "A", one)).toBe(value.toWellFormed());
      expect(Buffer.compare(one.sealed, two.sealed)).not.toBe(0);
      expect(Buffer.compare(one.dataKey, two.dataKey)).not.toBe(0);
    }),
  );
});

test("a changed byte, another name, another row's parts and another key are rejected", () => {
  const sealed = sealValue(key, "A", "value");
  const other = sealValue(key, "A", "other value");
  const refused = { code: "ENVIRONMENT", message: expect.stringContaining("secret A") };
  for (const part of ["sealed", "dataKey"] as const) {
    for (let at = 0; at < sealed[part].length; at++) {
      const changed = Uint8Array.from(sealed[part]);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openValue(key, "A", { ...sealed, [part]: changed })).toThrow(expect.objectContaining(refused));
    }
  }
  expect(() => openValue(key, "B", sealed)).toThrow("secret B");
  expect(() => openValue(key, "A", { sealed: sealed.sealed, dataKey: other.dataKey })).toThrow("secret A");
  expect(() => openValue(createMasterKey(), "A", sealed)).toThrow("secret A");
});

test("a rotation keeps the encrypted value, and only the new key opens it", () => {
  const next = createMasterKey();
  const sealed = sealValue(key, "A", "value");
  const rewrapped = rewrapValue(key, next, "A", sealed);
  expect(rewrapped.sealed).toBe(sealed.sealed);
  expect(openValue(next, "A", rewrapped)).toBe("value");
  expect(() => openValue(key, "A", rewrapped)).toThrow();
});

test("a key is read in both alphabets, with white space and without padding", () => {
  const text = formatMasterKey(key);
  const urlSafe = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  for (const form of [text, ` ${text}\n`, urlSafe]) expect(parseMasterKey(form, "It")).toEqual(key);
});

test("anything but 32 bytes is rejected without being repeated", () => {
  const wrong = ["", "short", "x".repeat(43).replace("x", "!"), Buffer.alloc(31, 7).toString("base64"), "ä".repeat(32)];
  for (const text of wrong) {
    try {
      parseMasterKey(text, "RATCHET_SECRETS_KEY");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("RATCHET_SECRETS_KEY") });
      if (text !== "") expect(String(error)).not.toContain(text);
    }
  }
});
