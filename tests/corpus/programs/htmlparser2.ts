import { Parser, parseDocument } from "htmlparser2";

export default function () {
  const events: unknown[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => events.push([name, { ...attributes }]),
    ontext: (text) => events.push(text),
    onclosetag: (name) => events.push(`/${name}`),
  });
  parser.write("<p class='a'>Hello <b>wor");
  parser.end("ld</b><br>&eacute;");
  return { events, children: parseDocument("<a><b/></a>").children.length };
}
