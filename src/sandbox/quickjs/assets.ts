import { readFileSync } from "node:fs";
import imageFile from "../../../dist/generated/base.image" with { type: "file" };
import wasmFile from "../../../dist/generated/engine.wasm" with { type: "file" };
import coreFile from "../../../dist/generated/engine-core.wasm" with { type: "file" };
import restFile from "../../../dist/generated/engine-rest.wasm" with { type: "file" };
import type { EngineFiles } from "./engine-files.ts";
import { decodeImage, type MachineImage } from "./machine/image.ts";

/** What a thread needs to make machines. A compiled module and an image can be posted to a Worker. */
export interface EngineAssets {
  module: WebAssembly.Module;
  image: MachineImage;
  /** The engine's other part, when `module` is the core of a split engine. */
  rest?: RestModule;
  /** Where everything else of it comes from, and its digest. @default it is the engine of this build */
  foreign?: { files: EngineFiles; digest: string };
}

/** The part of a split engine that only some programs need. */
export interface RestModule {
  /** Compiles it on another thread. Resolves when {@link RestModule.load} has nothing left to do. */
  prepare(): Promise<void>;
  /** Compiles it now, unless that was done. */
  load(): WebAssembly.Module;
}

/** Reads and compiles the embedded engine: about 15 ms, nearly all of it compiling. */
export async function loadEngineAssets(): Promise<EngineAssets> {
  return { module: compileFile(wasmFile), image: decodeImage(readFileSync(imageFile)) };
}

/**
 * Reads and compiles the part of the engine that usual tasks need, in a quarter of the time. A task that needs more has
 * the rest compiled while it runs: for processes that run one task and end.
 */
export async function loadCoreAssets(): Promise<EngineAssets> {
  const module = WebAssembly.compile(readFileSync(coreFile));
  return {
    module: await module,
    image: decodeImage(readFileSync(imageFile)),
    rest: restModule(),
  };
}

function restModule(): RestModule {
  let module: WebAssembly.Module | undefined;
  return {
    async prepare() {
      module ??= await WebAssembly.compile(readFileSync(restFile));
    },
    load() {
      module ??= compileFile(restFile);
      return module;
    },
  };
}

function compileFile(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path));
}
