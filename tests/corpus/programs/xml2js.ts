import { Builder, parseStringPromise } from "xml2js";

export default async function () {
  const parsed = await parseStringPromise(
    '<feed xmlns="urn:x"><entry n="1">A &amp; B</entry><entry n="2"><![CDATA[<c>]]></entry></feed>',
  );
  const failure = await parseStringPromise("<a><b></a>").catch((error) => error.message.split("\n")[0]);
  return {
    parsed,
    failure,
    built: new Builder({ headless: true }).buildObject({ root: { item: [{ $: { id: 1 }, _: "x" }, "y<z"] } }),
  };
}
