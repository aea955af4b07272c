import type { Program } from "../../domain/task.ts";

/** Adds the id that follows from a program's code and places. */
export function withId(program: Omit<Program, "id">): Program {
  const { code, places } = program;
  const id = new Bun.CryptoHasher("sha256").update(code).update(places === undefined ? "" : JSON.stringify(places));
  return { id: id.digest("hex"), ...program };
}
