import { readFileSync } from "node:fs";
import imageFile from "../../../dist/generated/base.image" with { type: "file" };
import durableFile from "../../../dist/generated/durable.image" with { type: "file" };
import digestFile from "../../../dist/generated/engine.digest" with { type: "file" };
import wasmFile from "../../../dist/generated/engine.wasm" with { type: "file" };
import { GUEST_PARTS } from "../guest-parts.ts";
import type { EngineFiles } from "./engine-files.ts";
import { partReader } from "./host/part-files.ts";

/** Identifies the engine of this build. */
export function ownDigest(): string {
  return readFileSync(digestFile, "utf8");
}

/** The compressed difference of the image of tasks with durable methods. */
export function ownDurableImage(): Uint8Array {
  return readFileSync(durableFile);
}

/** Everything that the engine of this build consists of. */
export function ownFiles(): EngineFiles {
  const read = partReader();
  const parts = GUEST_PARTS.map((_, index) => read(index) as Uint8Array);
  return { module: readFileSync(wasmFile), base: readFileSync(imageFile), durable: ownDurableImage(), parts };
}
