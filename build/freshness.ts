/** Does a build have anything to do? Decided from what the last one saw. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Everything the executable is made from. The lock file stands for the packages and for Bun itself. */
const INPUTS = [
  "src",
  "guest-types",
  "migrations",
  "docs/schemas",
  "docs/cli.md",
  "docs/errors.md",
  "docs/guest-api.md",
  "docs/security.md",
  "docs/recipes.md",
  "docs/tasks.md",
  "build.ts",
  "build",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** What the last build saw: equal file dates mean fresh, else equal contents do. */
interface Stamp {
  dates: string;
  contents: string;
  /** Size and date of the executable and of the generated files, by path: a damaged or replaced one is built again. */
  outputs: Record<string, string>;
}

/** The inputs as they were at one moment, as digests. */
export type InputDigests = Pick<Stamp, "dates" | "contents">;

/** Paths of all input files of a project, sorted. @param root the project's folder */
export function inputFiles(root: string): string[] {
  const files: string[] = [];
  for (const input of INPUTS) {
    const path = join(root, input);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
      }
    } else if (stat) files.push(path);
  }
  return files.sort();
}

/** Reads all inputs. Call it before a build, so that a change during the build makes the next run build again. */
export function digestInputs(root: string): InputDigests {
  const files = inputFiles(root);
  return { dates: digest(root, files, sizeAndDate), contents: digest(root, files, readContents) };
}

/**
 * Are the outputs what a build would make now? Reads file contents only when dates differ.
 * @param stampPath where {@link writeStamp} wrote
 */
export function isFresh(root: string, stampPath: string): boolean {
  const stamp = readStamp(stampPath);
  if (!stamp) return false;
  for (const [path, date] of Object.entries(stamp.outputs)) if (sizeAndDate(join(root, path)) !== date) return false;
  const files = inputFiles(root);
  const dates = digest(root, files, sizeAndDate);
  if (dates === stamp.dates) return true;
  if (digest(root, files, readContents) !== stamp.contents) return false;
  writeFileSync(stampPath, JSON.stringify({ ...stamp, dates }));
  return true;
}

/** Records a finished build. @param outputs paths of the files that it made */
export function writeStamp(root: string, stampPath: string, inputs: InputDigests, outputs: readonly string[]): void {
  const dates = outputs.map((path) => [relative(root, path), sizeAndDate(path)]);
  writeFileSync(stampPath, JSON.stringify({ ...inputs, outputs: Object.fromEntries(dates) } satisfies Stamp));
}

function readStamp(path: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Size and date of a file, or "absent". */
function sizeAndDate(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "absent";
}

function readContents(path: string): Buffer {
  return readFileSync(path);
}

function digest(root: string, files: readonly string[], describe: (file: string) => string | Buffer): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of files) hash.update(`\0${relative(root, file)}\0`).update(describe(file));
  return hash.digest("hex");
}
