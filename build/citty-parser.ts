import { join } from "node:path";
import type { BunPlugin } from "bun";

/**
 * Gives citty `build/parse-args.ts` in place of `node:util`'s `parseArgs`: loading all of `node:util` costs a tenth of a
 * start. See docs/adr/0004-command-line.md.
 */
export const cittyParser: BunPlugin = {
  name: "citty-parser",
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/]citty[\\/]dist[\\/]index\.mjs$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      const own = JSON.stringify(join(import.meta.dir, "parse-args.ts"));
      const contents = source.replace('from "node:util"', () => `from ${own}`);
      if (contents === source)
        throw new Error("citty imports no parseArgs from node:util any more: see citty-parser.ts");
      return { contents, loader: "js" };
    });
  },
};
