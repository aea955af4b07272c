import { streamedFetches } from "./hostile/streamed-fetches.ts";
import { hostile } from "./hostile/suite.ts";

hostile(streamedFetches);
