import { PREAMBLE_BYTES, readSections, SECTION } from "./module-sections.ts";
import { WasmWriter } from "./reader.ts";

/**
 * Removes the initial contents of memory from a module. Its instances start with zeroes that nothing has touched yet: an
 * owner who copies an image over the memory would otherwise write it twice. A module whose code copies data segments by
 * itself is no longer valid afterwards.
 */
export function dropData(module: Uint8Array): Uint8Array {
  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of readSections(module)) {
    if (id !== SECTION.data && id !== SECTION.dataCount) out.byte(id).vector(body);
  }
  return out.finish();
}
