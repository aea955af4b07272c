import type { ConformanceProgram } from "../program.ts";

const PRELUDE = `
  const text = (value) => new TextEncoder().encode(value);
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (value) => Uint8Array.from(value.match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const { subtle } = crypto;
`;

/** A program with WebCrypto at hand that gives this output. */
export const gives = (name: string, body: string, output: ConformanceProgram["input"] = null): ConformanceProgram => ({
  name,
  code: `${PRELUDE} async (input) => { ${body} }`,
  output,
});

/** A program that is refused with an error of this name. */
export const rejects = (name: string, body: string, error: string): ConformanceProgram =>
  gives(
    name,
    `try { await (async () => { ${body} })(); return "accepted"; } catch (error) { return error.name; }`,
    error,
  );
