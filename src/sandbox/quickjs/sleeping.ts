import type { EngineFiles } from "./engine-files.ts";
import type { MachineImage } from "./machine/image.ts";
import { decodeMachine } from "./machine/sleeping-machine.ts";
import { ownDigest, ownDurableImage } from "./sleep-files.ts";

/** What an engine puts guests to sleep with. */
export interface Sleeping {
  /** The digest of the engine. */
  engine: string;
  /** The image of machines of tasks with durable methods. */
  image: MachineImage;
}

/**
 * Returns what an engine puts guests to sleep with, which is read when it is first needed.
 * @param foreign the files and the digest of an engine that is not that of this build
 */
export function sleepingOf(base: MachineImage, foreign?: { files: EngineFiles; digest: string }): () => Sleeping {
  let sleeping: Sleeping | undefined;
  return () => {
    sleeping ??= {
      engine: foreign?.digest ?? ownDigest(),
      image: durableImage(base, foreign?.files.durable ?? ownDurableImage()),
    };
    return sleeping;
  };
}

function durableImage(base: MachineImage, compressed: Uint8Array): MachineImage {
  const { difference } = decodeMachine(base, compressed);
  const memory = new Uint8Array(difference.length);
  memory.set(base.memory);
  difference.apply(memory);
  return { ...base, memory };
}
