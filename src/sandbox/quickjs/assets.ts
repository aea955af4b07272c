import imageFile from "../../../dist/generated/base.image" with { type: "file" };
import wasmFile from "../../../dist/generated/engine.wasm" with { type: "file" };
import { decodeImage, type MachineImage } from "./image.ts";

/** What a thread needs to make machines. A compiled module and an image can be posted to a Worker. */
export interface EngineAssets {
  module: WebAssembly.Module;
  image: MachineImage;
}

/** Reads and compiles the embedded engine: about 15 ms, nearly all of it compiling. */
export async function loadEngineAssets(): Promise<EngineAssets> {
  const [wasm, image] = await Promise.all([Bun.file(wasmFile).bytes(), Bun.file(imageFile).bytes()]);
  return { module: new WebAssembly.Module(wasm), image: decodeImage(image) };
}
