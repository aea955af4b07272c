import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

/** One file of the dashboard in the archive. */
interface ArchivedFile {
  /** Where it begins after the index, and how long it is, in bytes. */
  at: number;
  length: number;
}

/** The index of the archive: the names of the files that the page loads first, and where each file is. */
interface ArchiveIndex {
  script: string;
  theme: string;
  style: string;
  files: Record<string, ArchivedFile>;
}

/** A file as the bundler made it. */
interface BuiltFile {
  name: string;
  content: Uint8Array;
  /** Whether a page loads it, rather than another file. Chunks that several pages share are named after the entry too. */
  isEntry: boolean;
}

/**
 * Build step: bundles the dashboard into `directory`/dashboard.archive, where the server embeds it from. Scripts are
 * split, so that a page is loaded when it is opened. Every file is compressed and has a hash of its content in its name,
 * so that browsers keep it for good. The archive is the length of its index in decimal digits, a line feed, the index
 * as JSON, and the files.
 * @returns the files written
 */
export async function prepareDashboard(root: string, directory: string): Promise<readonly string[]> {
  const source = join(root, "src/dashboard");
  const [scripts, theme, styles] = await Promise.all([
    bundle(join(source, "main.tsx"), true),
    bundle(join(source, "theme-main.ts"), false),
    bundle(join(source, "styles/main.css"), false),
  ]);
  const built = [...scripts, ...theme, ...styles];
  const entry = (made: readonly BuiltFile[], start: string) => {
    const found = made.find(({ name, isEntry }) => isEntry && name.startsWith(start));
    if (found === undefined) throw new Error(`the bundler made no ${start}`);
    return found.name;
  };
  const files: Record<string, ArchivedFile> = {};
  const contents: Uint8Array[] = [];
  let at = 0;
  for (const { name, content } of built) {
    const compressed = gzipSync(content, { level: 9 });
    files[name] = { at, length: compressed.length };
    contents.push(compressed);
    at += compressed.length;
  }
  const index: ArchiveIndex = {
    script: entry(scripts, "main-"),
    theme: entry(theme, "theme-main-"),
    style: entry(styles, "main-"),
    files,
  };
  const head = Buffer.from(JSON.stringify(index));
  return [await writeWhole(join(directory, "dashboard.archive"), [`${head.length}\n`, head, ...contents])];
}

async function bundle(entrypoint: string, splitting: boolean): Promise<BuiltFile[]> {
  const { outputs } = await Bun.build({
    entrypoints: [entrypoint],
    target: "browser",
    format: splitting ? "esm" : "iife",
    splitting,
    minify: true,
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: { runtime: "automatic", importSource: "preact", development: false },
  });
  return await Promise.all(
    outputs.map(async (output) => ({
      name: basename(output.path),
      isEntry: output.kind === "entry-point" || output.path.endsWith(".css"),
      content: new Uint8Array(await output.arrayBuffer()),
    })),
  );
}

/** Writes a file under another name first, so that a concurrent build never reads half of it. A file that is right stays. */
async function writeWhole(path: string, parts: readonly (string | Uint8Array)[]): Promise<string> {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(content)) return path;
  await mkdir(join(path, ".."), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
  return path;
}
