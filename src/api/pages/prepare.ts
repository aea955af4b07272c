import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { renderGraphiQL } from "@graphql-yoga/render-graphiql";

/** The initial query in GraphiQL. */
const FIRST_QUERY = `# Ctrl-Enter runs a query, Ctrl-Space completes names, and the book on the left lists them.

{
  tasks {
    total
    tasks {
      id
      label
      version
      description
    }
  }
}
`;

/** Returns the sources that allow the scripts in a page and no others (CSP Level 3, section 2.3.1). */
function scriptHashes(page: string): string {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = ""]) => script);
  const hashes = scripts.map((script) => new Bun.CryptoHasher("sha256").update(script).digest("base64"));
  return hashes.map((hash) => `'sha256-${hash}'`).join(" ");
}

/**
 * Build step: writes the pages that the server gives out and that are not its own, compressed, into `directory`, where
 * assets.ts embeds them from: GraphiQL as one page with everything inside, the hashes of its scripts, and Swagger UI's
 * script and style.
 * @returns the files written
 */
export async function preparePages(root: string, directory: string): Promise<readonly string[]> {
  const graphiql = renderGraphiQL({
    title: "Ratchet GraphiQL",
    subscriptionsProtocol: "SSE",
    // Relative to the page, because a proxy may put a path in front.
    endpoint: "graphql",
    defaultQuery: FIRST_QUERY,
  });
  const contents: Record<string, string | Uint8Array> = {
    "graphiql.html.br": graphiql,
    "graphiql-scripts.txt.br": scriptHashes(graphiql),
    "swagger-ui.js.br": await readFile(join(root, "node_modules/swagger-ui-dist/swagger-ui-bundle.js")),
    "swagger-ui.css.br": await readFile(join(root, "node_modules/swagger-ui-dist/swagger-ui.css")),
  };
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(contents)) {
    const path = join(directory, name);
    // Written under another name first, so that a concurrent build never reads half a file.
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, brotliCompressSync(content));
    await rename(temporary, path);
  }
  return Object.keys(contents).map((name) => join(directory, name));
}
