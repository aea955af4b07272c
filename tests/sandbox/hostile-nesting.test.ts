import { memory } from "./hostile/memory.ts";
import { recursion } from "./hostile/recursion.ts";
import { hostile } from "./hostile/suite.ts";

hostile(recursion, memory);
