import { PREAMBLE_BYTES, readSections, SECTION } from "./module-sections.ts";
import { WasmWriter } from "./reader.ts";

/**
 * Removes the initial contents of memory from a module. Instances then start with zeroed memory, so that copying an image
 * into it is the first and only write. A module whose code copies data segments itself becomes invalid.
 */
export function dropData(module: Uint8Array): Uint8Array {
  const out = new WasmWriter().bytes(module.subarray(0, PREAMBLE_BYTES));
  for (const { id, body } of readSections(module)) {
    if (id !== SECTION.data && id !== SECTION.dataCount) out.byte(id).vector(body);
  }
  return out.finish();
}
