import type { ProgramGroup } from "../program.ts";

/** Reads a data: URL as its type and its bytes. */
const READ = `const read = async (url, options) => {
  const response = await fetch(url, options);
  return [response.headers.get("content-type"), [...new Uint8Array(await response.arrayBuffer())]];
};`;
const DEFAULT_TYPE = "text/plain;charset=US-ASCII";

/** Calls of data: URLs, which have their response in them. */
export const dataUrls: ProgramGroup = {
  title: "data: URLs",
  programs: [
    {
      name: "are responses without any network",
      code: `async () => {
        const response = await fetch("data:application/json,%7B%22a%22:1%7D#fragment");
        const clone = response.clone();
        return [response.status, response.statusText, response.ok, response.url, response.type, response.redirected, await response.json(), response.bodyUsed, await clone.text()];
      }`,
      output: [200, "OK", true, "data:application/json,%7B%22a%22:1%7D", "basic", false, { a: 1 }, true, '{"a":1}'],
      sends: [],
    },
    {
      name: "have a type, which is text/plain in US-ASCII if there is no valid one",
      code: `async () => { ${READ}
        return Promise.all(["data:,A", "data:text/html,A", "data:;charset=utf-8,A", "data:no,A", "DATA: text/CSS;x=\\"a b\\" ,A", "  data:;base64;x,A", "data:;charset=x;charset=y,A"].map((url) => read(url))); }`,
      output: [
        DEFAULT_TYPE,
        "text/html",
        "text/plain;charset=utf-8",
        DEFAULT_TYPE,
        'text/css;x="a b"',
        "text/plain",
        "text/plain;charset=x",
      ].map((type) => [type, [65]]),
      sends: [],
    },
    {
      name: "are percent-encoded bytes, or base64 in its forgiving form",
      code: `async () => { ${READ}
        return (await Promise.all(["data:,%FF%zz%4", "data:,a,b?c", "data:,é", "data:;base64,QQ", "data:;base64,Q Q%20%3D=", "data:text/plain; BASE64,/w==", "data:;base64,"].map((url) => read(url)))).map(([, bytes]) => bytes); }`,
      output: [[255, 37, 122, 122, 37, 52], [97, 44, 98, 63, 99], [195, 169], [65], [65], [255], []],
      sends: [],
    },
    {
      name: "that are malformed are TypeErrors",
      code: `async () => Promise.all(["data:", "data:text/plain", "data:;base64,A", "data:;base64,Q=Q=", "data:;base64,%FF%FF%FF%FF"].map((url) => fetch(url).catch((error) => error.name)))`,
      output: new Array(5).fill("TypeError"),
      sends: [],
    },
    {
      name: "can be read in the synchronous style, and any number of times",
      code: `() => { const call = fetch("data:application/json,[1,2]"); return [call.status, call.body, call.body, fetch("data:,text").body, fetch(new URL("data:,url")).body]; }`,
      output: [200, [1, 2], [1, 2], "text", "url"],
      sends: [],
    },
    {
      name: "can be awaited in part, streamed, cloned, and given as a Request with any method",
      code: `async () => {
        fetch("data:,nobody looks");
        const chunks = [];
        for await (const chunk of (await fetch("data:,streamed")).body) chunks.push(...chunk);
        const head = await fetch("data:,x", { method: "HEAD" });
        const blob = await (await fetch(new Request("data:image/png;base64,QUI=", { method: "POST", body: "ignored" }))).blob();
        return [String.fromCharCode(...chunks), head.status, head.body, blob.type, blob.size, await fetch("data:application/json,[3]")];
      }`,
      output: [
        ...["streamed", 200, null, "image/png", 2],
        {
          status: 200,
          statusText: "OK",
          ok: true,
          url: "data:application/json,[3]",
          headers: { "content-type": "application/json" },
          body: [3],
        },
      ],
      sends: [],
    },
    {
      name: "obey a signal, also after the response",
      code: `async () => {
        const abort = new AbortController();
        const why = (work) => work.catch((error) => error);
        const [text, stream, empty] = await Promise.all(["data:,x", "data:,x", "data:,"].map((url) => fetch(url, { signal: abort.signal })));
        const readers = [stream, empty].map((response) => response.body.getReader());
        abort.abort("enough");
        return [await why(text.text()), await why(readers[0].read()), (await readers[1].read()).done, await why(fetch("data:,x", { signal: abort.signal }))];
      }`,
      output: ["enough", "enough", true, "enough"],
      sends: [],
    },
    {
      name: "are the only URLs that the host does not decide on",
      code: `async () => { for (const url of ["blob:null/x", "about:blank", "file:///etc/passwd"]) await fetch(url); }`,
      output: null,
      sends: [{ url: "blob:null/x" }, { url: "about:blank" }, { url: "file:///etc/passwd" }],
    },
  ],
};
