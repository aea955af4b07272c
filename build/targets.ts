/** The platforms that executables are made for. */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A platform, the registry package that holds its Bun, and Bun's own name for it. */
export const TARGETS = {
  "linux-x64": { package: "@oven/bun-linux-x64", bun: "bun-linux-x64" },
  "linux-x64-musl": { package: "@oven/bun-linux-x64-musl", bun: "bun-linux-x64-musl" },
  "linux-arm64": { package: "@oven/bun-linux-aarch64", bun: "bun-linux-arm64" },
  "linux-arm64-musl": { package: "@oven/bun-linux-aarch64-musl", bun: "bun-linux-arm64-musl" },
  "darwin-x64": { package: "@oven/bun-darwin-x64", bun: "bun-darwin-x64" },
  "darwin-arm64": { package: "@oven/bun-darwin-aarch64", bun: "bun-darwin-arm64" },
  "windows-x64": { package: "@oven/bun-windows-x64", bun: "bun-windows-x64" },
} as const satisfies Record<string, { package: string; bun: Bun.Build.CompileTarget }>;

export type TargetName = keyof typeof TARGETS;

/** Is this the name of a platform? */
export function isTargetName(name: string): name is TargetName {
  return name in TARGETS;
}

/**
 * The Bun executable for another platform, from its registry package, kept in node_modules/.cache. The package is
 * checked against the lock file's checksum.
 * @throws {Error} when npm can't fetch it, or it is not what the lock file names
 */
export async function bunFor(root: string, target: TargetName): Promise<string> {
  const name = TARGETS[target].package;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const locked: { version: string; integrity: string } = lock.packages[`node_modules/${name}`];
  const folder = join(root, "node_modules/.cache/ratchet-build", `${name.replace("/", "-")}-${locked.version}`);
  const executable = join(folder, "package/bin", target.startsWith("windows") ? "bun.exe" : "bun");
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const pack = Bun.spawnSync([npm, "pack", "--silent", `${name}@${locked.version}`], {
    cwd: folder,
    stderr: "inherit",
  });
  const archive = join(folder, pack.stdout.toString().trim());
  if (!pack.success) throw new Error(`npm could not fetch ${name}@${locked.version}`);
  const integrity = `sha512-${new Bun.CryptoHasher("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json names`);
  const unpacked = Bun.spawnSync(["tar", "-xzf", archive], { cwd: folder, stderr: "inherit" });
  if (!unpacked.success) throw new Error(`tar could not unpack ${archive}`);
  rmSync(archive);
  return executable;
}
