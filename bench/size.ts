import { statSync } from "node:fs";
import { compileProgram, RATCHET } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";

const MEGABYTE = 1024 * 1024;

/** What the executable weighs beyond Bun. */
export const benchmark: Benchmark = {
  title: "Size of the executable",
  async run() {
    const empty = statSync(await compileProgram("empty")).size / MEGABYTE;
    const own = statSync(RATCHET).size / MEGABYTE;
    return {
      method: "The empty program is compiled with the same Bun and the same options.",
      rows: [
        { measure: "`dist/ratchet`", value: figure(own, "MB") },
        { measure: "empty compiled Bun program", value: figure(empty, "MB") },
        { measure: "difference", value: figure(own - empty, "MB"), bar: atMost(own - empty, 25, "MB") },
      ],
    };
  },
};
