/** The software bill of materials of a release: CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A package in package-lock.json. */
interface LockedPackage {
  version?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** What the bill is made of. */
export interface SbomOptions {
  /** The folder of the project. */
  root: string;
  /** Paths of the files that the bundler has put into the executable, relative to `root`. */
  bundled: Iterable<string>;
  /** Registry packages of the Bun executables that are inside, such as `@oven/bun-linux-x64`. */
  runtimes: readonly string[];
  /** When it is made, ISO 8601. */
  timestamp: string;
}

/**
 * Returns the bill: the packages that are in the executables, with the versions and checksums of the lock file. The bundler
 * says which ones it has put in. Direct dependencies that it has not seen are in the files that the build generates, such as
 * the image of the sandbox or the pages of the server; they count with all that they need.
 */
export function sbomOf({ root, bundled, runtimes, timestamp }: SbomOptions): object {
  const { name, version, license, dependencies = {}, allowScripts = {} } = readJson(join(root, "package.json"));
  const lock: Lock = readJson(join(root, "package-lock.json")).packages;
  const isAllowed = (key: string) => allowScripts[nameOf(key)] !== false;
  const keys = new Set([...bundled].flatMap((path) => keyOf(path, lock) ?? []));
  for (const direct of Object.keys(dependencies)) {
    // The runtime is one of the executables of its own packages.
    if (direct !== "bun" && !keys.has(`node_modules/${direct}`))
      addWithNeeds(`node_modules/${direct}`, lock, keys, isAllowed);
  }
  for (const runtime of runtimes) keys.add(`node_modules/${runtime}`);
  const components = [...keys].sort().map((key) => componentOf(key, lock, runtimes));
  const own = `pkg:generic/${name}@${version}`;
  const direct = Object.keys(dependencies).map((one) => `node_modules/${one}`);
  const graph = [
    { ref: own, dependsOn: refs([...direct, ...runtimes.map((one) => `node_modules/${one}`)], lock, keys) },
    ...[...keys].sort().map((key) => ({ ref: purlOf(key, lock), dependsOn: refs(needsOf(key, lock), lock, keys) })),
  ];
  const content = { components: unique(components, "bom-ref"), dependencies: unique(graph, "ref") };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([name, version, content]))}`,
    version: 1,
    metadata: {
      timestamp,
      component: { type: "application", "bom-ref": own, name, version, purl: own, licenses: [{ expression: license }] },
    },
    ...content,
  };
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** Returns the key in the lock file of the package that a file belongs to. */
function keyOf(path: string, lock: Lock): string | undefined {
  const key = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll("\\", "/"))?.[0];
  return key !== undefined && lock[key] !== undefined ? key : undefined;
}

function addWithNeeds(key: string, lock: Lock, into: Set<string>, isAllowed: (key: string) => boolean): void {
  if (into.has(key) || lock[key] === undefined || !isAllowed(key)) return;
  into.add(key);
  for (const need of needsOf(key, lock)) addWithNeeds(need, lock, into, isAllowed);
}

/** Returns the keys of the packages that one needs, as the lock file has placed them. */
function needsOf(key: string, lock: Lock): string[] {
  return Object.keys(lock[key]?.dependencies ?? {}).flatMap((name) => placeOf(key, name, lock) ?? []);
}

/** Looks for a package the way Node.js does: in the folder of the package that needs it, then further up. */
function placeOf(from: string, name: string, lock: Lock): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const key = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock[key] !== undefined) return key;
    if (folder === "") return undefined;
  }
}

function componentOf(key: string, lock: Lock, runtimes: readonly string[]) {
  const name = nameOf(key);
  const { version = "", integrity, license } = lock[key] ?? {};
  const [, scope, plain = name] = /^(@[^/]+)\/(.*)$/.exec(name) ?? [];
  const purl = purlOf(key, lock);
  return {
    type: runtimes.includes(name) ? "platform" : "library",
    "bom-ref": purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: plain,
    version,
    scope: "required",
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    purl,
  };
}

/** Converts a checksum of the lock file (Subresource Integrity) to hex. */
function hashOf(integrity: string) {
  const [algorithm = "", digest = ""] = integrity.split("-");
  return {
    alg: algorithm.toUpperCase().replace("SHA", "SHA-"),
    content: Buffer.from(digest, "base64").toString("hex"),
  };
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** The package URL (https://github.com/package-url/purl-spec). */
function purlOf(key: string, lock: Lock): string {
  return `pkg:npm/${nameOf(key).replace("@", "%40")}@${lock[key]?.version ?? ""}`;
}

function refs(keys: readonly string[], lock: Lock, present: ReadonlySet<string>): string[] {
  return [...new Set(keys.filter((key) => present.has(key)).map((key) => purlOf(key, lock)))].sort();
}

/** The same version may be in several folders. */
function unique<T extends Record<K, string>, K extends string>(items: readonly T[], member: K): T[] {
  return [...new Map(items.map((item) => [item[member], item])).values()];
}

/** Equal contents have equal numbers (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
