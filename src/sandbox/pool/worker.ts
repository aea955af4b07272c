import { ENGINES } from "../engines.ts";
import { runGuestThread } from "./guest-thread.ts";

runGuestThread(globalThis as unknown as Worker, ENGINES);
