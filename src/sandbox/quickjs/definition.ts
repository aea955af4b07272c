import type { EngineDefinition } from "../engine/engine.ts";
import { type EngineAssets, loadCoreAssets, loadEngineAssets } from "./assets.ts";

/** QuickJS-ng in WebAssembly, metered. Decision: docs/adr/0002-sandbox-engine.md. */
export const QUICKJS: EngineDefinition<EngineAssets> = {
  name: "quickjs",
  async digest() {
    return (await import("./sleep-files.ts")).ownDigest();
  },
  async record() {
    const { ownDigest, ownFiles } = await import("./sleep-files.ts");
    const { packEngine } = await import("./engine-files.ts");
    return { digest: ownDigest(), record: packEngine(ownFiles()) };
  },
  load: (use) => (use === "once" ? loadCoreAssets() : loadEngineAssets()),
  async create(assets, { turns, tally, sharesOutputs = false }) {
    // The pool's own thread has this definition too, but never runs a guest.
    const { createEngine } = await import("./engine.ts");
    if (turns === undefined) return createEngine(assets, { sharesOutputs });
    const { createPresentMemory } = await import("./machine/present-memory.ts");
    const counted = tally === undefined ? {} : { tally };
    return createEngine(assets, { turns, sharesOutputs, createPresentMemory, ...counted });
  },
};
