import { readFileSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { START_OPTIONS } from "../src/config/start-options.ts";
import { cittyParser } from "./citty-parser.ts";
import { addStartCode } from "./elf-start.ts";
import { inputFiles } from "./freshness.ts";
import { makeWorkFolder } from "./lock.ts";

/** Another platform: Bun's name for it, and the path of its Bun. */
interface Platform {
  bun: Bun.Build.CompileTarget;
  executablePath: string;
}

/**
 * Compiles the project in `root` into `outfile`, which is replaced in one step: a process that runs the old one keeps
 * it.
 * @param platform this machine's when absent
 * @returns the files that are in it, relative to `root`; nothing for this machine, where nobody asks
 * @throws {AggregateError} with Bun's messages
 */
export async function compile(root: string, outfile: string, platform?: Platform): Promise<string[]> {
  // A folder of its own, since the file's name becomes a part of the executable and must not vary.
  const folder = makeWorkFolder(join(root, "dist"));
  const made = join(folder, basename(outfile));
  try {
    const { metafile } = await Bun.build({
      entrypoints: entryPoints(root),
      target: "bun",
      format: "esm",
      naming: { entry: "[name].[ext]" },
      minify: true,
      bytecode: true,
      // What a command does not need is not loaded: measured in docs/adr/0001.
      splitting: true,
      metafile: platform !== undefined,
      plugins: [cittyParser],
      define: constants(root),
      compile: {
        outfile: made,
        autoloadDotenv: false,
        autoloadBunfig: false,
        ...(platform && { target: platform.bun, executablePath: platform.executablePath }),
      },
    });
    if ((platform?.bun ?? process.platform).includes("linux")) {
      addStartCode(made, START_OPTIONS);
    }
    await rename(made, outfile);
    return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) => Object.keys(inputs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The program's entry, and every Worker's (files called `worker.ts` or `...-worker.ts`): Bun embeds a Worker only when
 * it is named. All lie in one folder inside the executable, so that `new URL("./NAME.ts", import.meta.url)` finds a
 * Worker beside the file that starts it, there as well as in the sources; for that their names have to differ.
 */
function entryPoints(root: string): string[] {
  const workers = inputFiles(root).filter((file) =>
    // The queue's worker is no thread.
    /^src[\\/](?!queue[\\/])(?:.*[\\/])?(?:[\w-]+-)?worker\.ts$/.test(relative(root, file)),
  );
  const names = workers.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`two Workers are called ${twice}: rename one of them`);
  return [join(root, "src/main.ts"), ...workers];
}

/** Version, commit and date as build-time constants; `src/lib/build-info.ts` reads them. */
function constants(root: string): Record<string, string> {
  const commit = git(root, "rev-parse", "HEAD");
  const changed = commit !== undefined && git(root, "status", "--porcelain") !== "";
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const date = epoch ? new Date(Number(epoch) * 1000) : new Date();
  return {
    RATCHET_VERSION: JSON.stringify(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version),
    RATCHET_COMMIT: JSON.stringify(commit === undefined ? "unknown" : commit + (changed ? "-dirty" : "")),
    RATCHET_BUILD_DATE: JSON.stringify(date.toISOString()),
  };
}

function git(root: string, ...args: string[]): string | undefined {
  try {
    const result = Bun.spawnSync(["git", ...args], { cwd: root, stdout: "pipe", stderr: "ignore" });
    return result.success ? result.stdout.toString().trim() : undefined;
  } catch {
    return undefined; // no git: built from an archive of the sources
  }
}
