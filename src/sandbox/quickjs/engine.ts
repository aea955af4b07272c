import { Lru } from "../../lib/lru.ts";
import type { EngineAssets } from "./assets.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "./engine-request.ts";
import { GuestRun } from "./guest-run.ts";
import type { MachineImage } from "./image.ts";
import { Machine } from "./machine.ts";

/** Program images kept by a thread, bytes in all. */
const IMAGE_BYTES = 64 * 1024 * 1024;
/** A larger machine is given up after its execution, so that one hungry guest does not hold memory for good. */
const MAX_KEPT_CAPACITY = 16 * 1024 * 1024;
const MAX_IDLE_MACHINES = 256;

/** The engine of one thread: runs executions, several at a time, each on a pristine machine of its own. */
export interface Engine {
  execute(request: EngineRequest, port: ExecutionPort): Promise<EngineResult>;
}

/** Makes an engine; machines are made as executions need them. */
export function createEngine({ module, image: base, loadRest }: EngineAssets): Engine {
  const idle: Machine[] = [];
  const images = new Lru<string, MachineImage>(IMAGE_BYTES, (image) => image.memory.length);

  async function execute(request: EngineRequest, port: ExecutionPort): Promise<EngineResult> {
    // A recorded or replayed execution loads its program anew: what that reads of the clock belongs to the recording.
    const shared = !request.record && request.replay === undefined;
    const { program, limits } = request;
    const known = shared ? images.get(program.id) : undefined;
    const machine = idle.pop() ?? new Machine(module, loadRest);
    machine.reset(known ?? base, limits.stackBytes);
    const run = new GuestRun(machine, known ?? base, request, port);
    const onLoaded = () => {
      if (shared) images.set(program.id, machine.takeImage(base));
    };
    const result = await run.run(known === undefined ? onLoaded : undefined);
    if (!run.broken && machine.capacity <= MAX_KEPT_CAPACITY && idle.length < MAX_IDLE_MACHINES) idle.push(machine);
    return result;
  }

  return { execute };
}
