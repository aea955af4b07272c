import type { EngineRequest } from "../engine/engine-request.ts";
import type { EngineTally } from "../engine/engine-tally.ts";
import type { RestModule } from "./assets.ts";
import type { MachineImage } from "./machine/image.ts";
import type { Machine } from "./machine/machine.ts";
import { ProgramImages } from "./program-images.ts";
import type { ProgramLoading } from "./run/guest-run-context.ts";
import type { Sleeping } from "./sleeping.ts";

/** What the images of an engine are made from. */
export interface StartImageParts {
  base: MachineImage;
  rest: RestModule | undefined;
  tally: EngineTally | undefined;
  sleeping: () => Sleeping;
}

/** Code that most likely calls durable methods. One that does it in another way only has larger images when it sleeps. */
const LIKELY_DURABLE =
  /\b(?:sleep(?:Until)?|waitFor|approve|continueAsNew)\b|\b(?:context|ctx|c)\s*\.\s*(?:call|map|step|emit)\b|\{[^{}]*\b(?:call|map|step)\b[^{}]*\}\s*\)/;

/**
 * The images that executions start from: that of a machine with the guest API, and, for tasks that may go to sleep, that of a machine that has
 * loaded the part for durable methods as well.
 */
export class StartImages {
  readonly #plain: ProgramImages;
  #durable: ProgramImages | undefined;
  readonly #likely = new WeakMap<object, boolean>();
  readonly #bytes = { plain: 0, durable: 0 };

  constructor(private readonly parts: StartImageParts) {
    this.#plain = this.#imagesOf(parts.base, "plain");
  }

  /** See {@link ProgramImages.prepared}. */
  get prepared(): Promise<void> | undefined {
    return this.#plain.prepared;
  }

  /** See {@link ProgramImages.start}. */
  start(machine: Machine, request: EngineRequest): ProgramLoading | undefined {
    return this.#imagesFor(request).start(machine, request);
  }

  /** Drops all images. */
  clear(): void {
    this.#plain.clear();
    this.#durable?.clear();
  }

  #imagesFor({ durable, program }: EngineRequest): ProgramImages {
    if (durable?.sleepAfterMs === undefined) return this.#plain;
    const isLikely = this.#likely.get(program) ?? LIKELY_DURABLE.test(program.code);
    this.#likely.set(program, isLikely);
    if (!isLikely) return this.#plain;
    this.#durable ??= this.#imagesOf(this.parts.sleeping().image, "durable");
    return this.#durable;
  }

  #imagesOf(base: MachineImage, which: "plain" | "durable"): ProgramImages {
    const { rest, tally } = this.parts;
    if (tally === undefined) return new ProgramImages(base, rest);
    const keeps = (what: "machines" | "images", bytes: number) => {
      this.#bytes[which] = bytes;
      tally.keeps(what, this.#bytes.plain + this.#bytes.durable);
    };
    return new ProgramImages(base, rest, { reset: (image) => tally.reset(image), keeps });
  }
}
