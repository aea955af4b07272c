import { bridge } from "../part-bridge.ts";
import {
  CloseEvent,
  CustomEvent,
  ErrorEvent,
  installEventKinds,
  MessageEvent,
  PromiseRejectionEvent,
} from "./event-kinds.ts";
import { installMessageChannel, MessageChannel } from "./message-channel.ts";
import { installMessagePort, MessagePort } from "./message-port.ts";
import { structuredClone } from "./structured-clone.ts";

installEventKinds();
installMessagePort();
installMessageChannel();

bridge.provided = {
  ...{ CustomEvent, ErrorEvent, PromiseRejectionEvent, MessageEvent, CloseEvent },
  ...{ MessageChannel, MessagePort, structuredClone },
};
