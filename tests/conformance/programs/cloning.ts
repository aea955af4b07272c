import type { ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = (work) => { try { return work(); } catch (error) { return error?.name ?? error; } };
  const arrives = (port) => new Promise((resolve) => { port.onmessage = resolve; });
`;

/** Cloning of values, and transfers to another owner. */
export const cloning: ProgramGroup = {
  title: "cloning",
  programs: [
    {
      name: "a clone of a resizable buffer can be resized, and its views follow it as the originals do",
      code: `() => {
        const buffer = new ArrayBuffer(4, { maxByteLength: 16 });
        const copy = structuredClone({ follows: new Uint8Array(buffer, 1), fixed: new Uint8Array(buffer, 1, 3), view: new DataView(buffer, 2) });
        copy.fixed.buffer.resize(8);
        return [copy.fixed.buffer.maxByteLength, copy.follows.length, copy.fixed.length, copy.view.byteLength, buffer.byteLength, copy.follows.buffer === copy.view.buffer];
      }`,
      output: [16, 7, 3, 6, 4, true],
    },
    {
      name: "what lost its memory can't be cloned",
      code: `${PRELUDE} () => {
        const gone = new Uint8Array(4); gone.buffer.transfer();
        const buffer = new ArrayBuffer(8, { maxByteLength: 8 }); const [array, view] = [new Uint8Array(buffer, 4, 2), new DataView(buffer, 4, 2)]; buffer.resize(2);
        return [gone, gone.buffer, array, view].map((value) => tried(() => structuredClone(value)));
      }`,
      output: ["DataCloneError", "DataCloneError", "DataCloneError", "DataCloneError"],
    },
    {
      name: "a transfer moves the memory, also of what was not part of the value",
      code: `${PRELUDE} () => {
        const [a, b] = [new ArrayBuffer(4, { maxByteLength: 8 }), new ArrayBuffer(2)]; new Uint8Array(a)[3] = 7;
        const copy = structuredClone({ get late() { new Uint8Array(a)[3] += 1; return 1; }, view: new Uint8Array(a) }, { transfer: [a, b] });
        return [copy.view[3], copy.view.buffer.resizable, a.detached, b.detached];
      }`,
      output: [8, true, true, true],
    },
    {
      name: "nothing is transferred if something can't be",
      code: `${PRELUDE} () => {
        const buffer = new ArrayBuffer(4); const { port1 } = new MessageChannel();
        return [[buffer, buffer], [buffer, {}], [port1, port1], [buffer, null]].map((transfer) => tried(() => structuredClone(1, { transfer })))
          .concat([tried(() => structuredClone(() => 1, { transfer: [buffer] })), tried(() => structuredClone(port1)), tried(() => structuredClone(1, { transfer: 5 })), buffer.detached]);
      }`,
      output: [...Array.from({ length: 6 }, () => "DataCloneError"), "TypeError", false],
    },
    {
      name: "errors keep whether they have a message, and names are no members of anything else",
      code: `() => [new Error(), new Error(""), Object.assign(new Error("m"), { name: "constructor" }), new URIError("u")].map((error) => {
        const copy = structuredClone(error); return [Object.hasOwn(copy, "message"), copy instanceof Error, copy instanceof URIError, copy.name];
      })`,
      output: [
        [false, true, false, "Error"],
        [true, true, false, "Error"],
        [true, true, false, "constructor"],
        [true, true, true, "URIError"],
      ],
    },
    {
      name: "objects of the platform can't be cloned, whichever part they belong to",
      code: `${PRELUDE} () => [new ReadableStream(), new TransformStream(), new URLPattern({}), new Headers(), new FormData(), new Request("http://a.test"), new Response(), new AbortController(), new CompressionStream("gzip"), performance.mark("m")].map((value) => tried(() => structuredClone(value)))`,
      output: Array.from({ length: 10 }, () => "DataCloneError"),
    },
    {
      name: "shared memory is shared with a clone",
      code: `() => { const memory = new Uint8Array(new SharedArrayBuffer(2)); const copy = structuredClone(memory); copy[1] = 9; return [memory[1], copy !== memory]; }`,
      output: [9, true],
    },
    {
      name: "a transferred port takes its connection and its messages along",
      code: `${PRELUDE} async () => {
        const { port1, port2 } = new MessageChannel(); port1.postMessage("before");
        const moved = structuredClone(port2, { transfer: [port2] });
        const seen = [moved instanceof MessagePort, moved !== port2, (await arrives(moved)).data];
        port1.postMessage("after"); seen.push((await arrives(moved)).data);
        moved.postMessage("back"); seen.push((await arrives(port1)).data);
        return [...seen, tried(() => structuredClone(port2, { transfer: [port2] }))];
      }`,
      output: [true, true, "before", "after", "back", "DataCloneError"],
    },
    {
      name: "ports arrive with a message",
      code: `${PRELUDE} async () => {
        const [way, carried] = [new MessageChannel(), new MessageChannel()];
        way.port1.postMessage({ port: carried.port2 }, [carried.port2]);
        const event = await arrives(way.port2);
        carried.port1.postMessage("through");
        return [event.ports.length, event.ports[0] === event.data.port, Object.isFrozen(event.ports), (await arrives(event.data.port)).data];
      }`,
      output: [1, true, true, "through"],
    },
    {
      name: "a port learns that the other one was closed, after the messages that were under way",
      code: `async () => {
        const { port1, port2 } = new MessageChannel(); const seen = [];
        const closed = new Promise((resolve) => { port2.onclose = (event) => { seen.push(event.type); resolve(); }; });
        port2.onmessage = (event) => seen.push(event.data);
        port1.postMessage("last"); port1.close(); port1.postMessage("lost");
        await closed; return seen;
      }`,
      output: ["last", "close"],
    },
  ],
};
