import { runGuestThread } from "../../../src/sandbox/pool/guest-thread.ts";
import { TEST_ENGINES } from "./echo-engine.ts";

/** A Worker of a pool that has the engines of the tests. */
runGuestThread(globalThis as unknown as Worker, TEST_ENGINES);
