import { intl } from "./hostile/intl.ts";
import { hostile } from "./hostile/suite.ts";

hostile(intl);
