import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_MEMORY_BYTES } from "../../../domain/limits.ts";
import { GUEST_PARTS, type GuestPart, partFile } from "../../guest-parts.ts";
import { dropData } from "../../wasm/drop-data.ts";
import { meter } from "../../wasm/meter.ts";
import { split } from "../../wasm/split.ts";
import { type EngineFiles, engineDigest } from "../engine-files.ts";
import { encodeImage, type MachineImage } from "../machine/image.ts";
import { encodeMachine } from "../machine/sleeping-machine.ts";
import { KEPT_EXPORTS } from "../machine/wasm-exports.ts";
import { compilePart, makeBaseImage, makeDurableImage } from "./base-image.ts";
import { usualFunctions } from "./usual-functions.ts";

/** Initial size of a machine, in pages: 2 MiB have room for the base image and a small task, so that few machines grow. */
const MINIMUM_PAGES = 32;
/** How hard what the build makes is compressed. */
const MOST_COMPRESSED = 19;
/** Declared maximum of a guest's memory, in pages of 64 KiB. */
const MAXIMUM_PAGES = MAX_MEMORY_BYTES / 65_536;

/**
 * Build step: writes the files that assets.ts embeds into `directory`. `engine.wasm` is the package's module with
 * metering. `engine-core.wasm` (the functions that usual tasks call) and `engine-rest.wasm` are the same module in two
 * parts. `base.image` is a booted machine with the guest API. The modules have no data, because every machine starts from
 * an image.
 * @returns the written files
 * @throws {Error} if the engine's module or the guest API can't be processed
 */
export async function prepareEngine(root: string, directory: string): Promise<readonly string[]> {
  const { kept, bytes, image } = await buildEngine(root);
  const { core, rest } = split(bytes, await usualFunctions(bytes, image));
  await mkdir(directory, { recursive: true });
  const files = {
    "engine.wasm": kept.module,
    "engine-core.wasm": dropData(core),
    "engine-rest.wasm": rest,
    "base.image": kept.base,
    "durable.image": kept.durable,
    "engine.digest": new TextEncoder().encode(engineDigest(kept)),
    ...Object.fromEntries(GUEST_PARTS.map((part, index) => [partFile(part), kept.parts[index] as Uint8Array])),
  };
  for (const [name, content] of Object.entries(files)) await replace(join(directory, name), content);
  return Object.keys(files).map((name) => join(directory, name));
}

/** An engine that was just built. */
export interface BuiltEngine {
  kept: EngineFiles;
  /** The module with its data. */
  bytes: Uint8Array;
  image: MachineImage;
}

/**
 * Builds an engine from the package and from `src/`.
 * @param change changes the code of the guest API, as another version of Ratchet has it @default it stays as it is
 */
export async function buildEngine(root: string, change = (code: string) => code): Promise<BuiltEngine> {
  const original = await Bun.file(join(root, "node_modules/quickjs-wasi/quickjs.wasm")).bytes();
  const { module: bytes } = meter(original, {
    keepExport: (name) => KEPT_EXPORTS.includes(name),
    minimumPages: MINIMUM_PAGES,
    maximumPages: MAXIMUM_PAGES,
  });
  const compiled = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const image = await makeBaseImage(compiled, change(await bundled(root, "main.ts")));
  const files = await parts(root, compiled);
  const durable = await makeDurableImage(compiled, image, files[partFile("durable")] as Uint8Array);
  const kept: EngineFiles = {
    module: dropData(bytes),
    base: encodeImage(image),
    durable: encodeMachine(image, durable.memory, "{}", MOST_COMPRESSED),
    parts: GUEST_PARTS.map((part) => files[partFile(part)] as Uint8Array),
  };
  return { kept, bytes, image };
}

/** Where the entry of each part of the guest API is, below guest/. */
const PART_ENTRIES: Readonly<Record<GuestPart, string>> = {
  intl: "intl/intl-part.ts",
  temporal: "temporal/temporal-part.ts",
  "local-date": "local-date/local-date-part.ts",
  crypto: "crypto/crypto-part.ts",
  subtle: "subtle/subtle-part.ts",
  streams: "streams/streams-part.ts",
  bodies: "bodies/bodies-part.ts",
  messages: "messages/messages-part.ts",
  performance: "performance/performance-part.ts",
  "url-pattern": "url-pattern/url-pattern-part.ts",
  websocket: "websocket/websocket-part.ts",
  "event-source": "event-source/event-source-part.ts",
  durable: "durable/durable-part.ts",
};

/** Names that a part's packages take from the global object: the task may have changed that. */
const PRELUDES: Partial<Record<GuestPart, string>> = { temporal: "var {Intl}=__ratchetBridge.usePart('intl');" };

/** Compiles the parts of the guest API that are loaded when they are first used, each to a function of its bridge. */
async function parts(root: string, engine: WebAssembly.Module): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const part of GUEST_PARTS) {
    const script = await bundled(root, PART_ENTRIES[part]);
    const code = `(function(__ratchetBridge){"use strict";${PRELUDES[part] ?? ""}${script}\nreturn __ratchetBridge.provided})`;
    files[partFile(part)] = compilePart(engine, code);
  }
  return files;
}

/** Bundles a script of the guest API. @param entry its path below guest/ */
async function bundled(root: string, entry: string): Promise<string> {
  const bundle = await Bun.build({
    entrypoints: [join(root, "src/sandbox/guest", entry)],
    format: "iife",
    target: "browser",
    // Short names make the image smaller, which every reset copies. Parts may rely on the names of their classes.
    minify: { syntax: true, whitespace: true, identifiers: entry === "main.ts" },
  });
  const [script] = bundle.outputs;
  if (script === undefined) throw new Error(`the guest API did not bundle: ${entry}`);
  // Modules are strict, but the bundle is a script.
  return `"use strict";${await script.text()}`;
}

/** Writes to another name and renames, so that another build at the same time never reads an incomplete file. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}
