import { readBodies, writeBodies } from "./code.ts";
import { I32, KIND, PREAMBLE_BYTES, readSections, SECTION, section } from "./module-sections.ts";
import { readerAt, readU32, WasmWriter } from "./reader.ts";

/** Returns the name of the exported global that is 1 if the defined function `i` was called. */
export function markName(i: number): string {
  return `ratchet_mark_${i}`;
}

/**
 * Rewrites a module so that each function notes in an exported i32 global that it was called. The build uses this to find
 * out which functions a usual execution needs.
 */
export function markCalls(module: Uint8Array): { module: Uint8Array; functions: number } {
  const sections = readSections(module);
  const bodies = readBodies(section(sections, SECTION.code));
  const globals = readerAt(section(sections, SECTION.global));
  const firstMark = readU32(globals);
  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of sections) {
    if (id === SECTION.global) {
      const all = new WasmWriter().u32(firstMark + bodies.length).bytes(body.subarray(globals.position));
      for (let i = 0; i < bodies.length; i++) all.byte(I32, 1, 0x41, 0, 0x0b); // (mut i32) (i32.const 0)
      out.byte(id).vector(all.finish());
    } else if (id === SECTION.export) {
      const reader = readerAt(body);
      const count = readU32(reader);
      const all = new WasmWriter().u32(count + bodies.length).bytes(body.subarray(reader.position));
      for (let i = 0; i < bodies.length; i++)
        all
          .name(markName(i))
          .byte(KIND.global)
          .u32(firstMark + i);
      out.byte(id).vector(all.finish());
    } else if (id === SECTION.code) {
      const marked = bodies.map(({ locals, instructions }, i) =>
        // i32.const 1, global.set
        new WasmWriter()
          .bytes(locals)
          .byte(0x41, 1, 0x24)
          .u32(firstMark + i)
          .bytes(instructions)
          .finish(),
      );
      out.byte(id).vector(writeBodies(marked));
    } else {
      out.byte(id).vector(body);
    }
  }
  return { module: out.finish(), functions: bodies.length };
}
