import { bridge } from "../part-bridge.ts";
import {
  CloseEvent,
  CustomEvent,
  ErrorEvent,
  installEventKinds,
  MessageEvent,
  PromiseRejectionEvent,
} from "./event-kinds.ts";
import { installMessageChannel, MessageChannel, MessagePort } from "./message-channel.ts";

installEventKinds();
installMessageChannel();

bridge.provided = {
  ...{ CustomEvent, ErrorEvent, PromiseRejectionEvent, MessageEvent, CloseEvent },
  ...{ MessageChannel, MessagePort },
};
