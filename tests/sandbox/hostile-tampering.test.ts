import { escapes } from "./hostile/escapes.ts";
import { leaks } from "./hostile/leaks.ts";
import { hostile } from "./hostile/suite.ts";
import { tampering } from "./hostile/tampering.ts";

hostile(tampering, leaks, escapes);
