import type { ProgramPlaces } from "../../domain/task.ts";
import { readMappings } from "../../lib/source-mappings.ts";
import type { Bundle } from "./bundle.ts";
import { linkModules } from "./link-modules.ts";
import { LINK_NAMES, SCRIPT_VALUE } from "./link-names.ts";
import type { ModuleGraph } from "./module-imports.ts";
import { programModulesSource } from "./program-modules.ts";
import { bodyStart, PICK, SURROUNDINGS } from "./wrap-bundle.ts";

/** A bundle whose modules await something at their top level. */
export interface AwaitingBundle extends Bundle {
  graph: ModuleGraph;
  places: ProgramPlaces;
}

/**
 * Turns a bundle with top-level `await` into an expression that starts the program and evaluates to an object by which the guest
 * API follows it: see `guest/program-modules.ts`.
 */
export async function linkBundle(
  { code, mappings, graph, places }: AwaitingBundle,
  strict: boolean,
): Promise<{ code: string; mappings: string }> {
  const find = readMappings(mappings);
  const placeOf = (line: number, column: number): string | undefined => {
    const found = find(line, column);
    const file = found === undefined ? undefined : places.files[found.source];
    if (found === undefined || !file) return undefined;
    const { inserted } = places;
    const isBehind =
      inserted?.file === found.source && inserted.line === found.line + 1 && found.column + 1 >= inserted.column;
    return `${file}:${found.line + 1}:${found.column + 1 - (isBehind ? inserted.length : 0)}`;
  };
  const linked = await linkModules(code, { graph, mappings, placeOf });
  const { define, awaiting, start } = LINK_NAMES;
  const [script = ""] = SCRIPT_VALUE.split(".");
  const modules = `const modules={exports:{}};((module,exports)=>{${programModulesSource()}})(modules,modules.exports);`;
  const names = `const{define:${define},awaiting:${awaiting},start:${start},loading}=modules.exports.default,${script}={};`;
  const head = `(()=>{${modules}${names}${SURROUNDINGS}${bodyStart(strict)}`;
  return { code: `${head}${linked.code}\n})();return loading(${PICK})})()\n`, mappings: linked.mappings };
}
