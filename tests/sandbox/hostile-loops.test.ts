import { builtins } from "./hostile/builtins.ts";
import { loops } from "./hostile/loops.ts";
import { hostile } from "./hostile/suite.ts";

hostile(loops, builtins);
