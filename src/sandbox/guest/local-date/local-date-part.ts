import { bridge } from "../part-bridge.ts";
import { defineLocalConstructor } from "./constructor.ts";
import { defineLocalGetters } from "./getters.ts";
import { defineLocalSetters } from "./setters.ts";
import { defineLocalTexts } from "./texts.ts";

defineLocalGetters();
defineLocalSetters();
defineLocalTexts();
defineLocalConstructor();
bridge.provided = true;
