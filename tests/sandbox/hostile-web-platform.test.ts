import { hostile } from "./hostile/suite.ts";
import { webPlatform } from "./hostile/web-platform.ts";

hostile(webPlatform);
