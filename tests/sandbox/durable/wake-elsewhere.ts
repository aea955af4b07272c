import type { DurableStart } from "../../../src/domain/durable.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { MemorySession } from "../../conformance/durable/memory-session.ts";
import { requestFor } from "../../conformance/request.ts";

/** Wakes a guest in a process of its own: the start, with its image in base64, comes from standard input, and the output goes to standard output. */
const { image, ...start } = (await Bun.stdin.json()) as DurableStart & { image: string };
const session = new MemorySession({ ...start, image: Uint8Array.fromBase64(image) });
const executor = createInlineExecutor();
const outcome = await executor.execute({ ...requestFor("1"), durable: session });
process.stdout.write(outcome.status === "completed" ? readText(outcome.outputJson) : JSON.stringify(outcome));
await executor.stop();
