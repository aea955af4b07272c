import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";

const xml =
  '<?xml version="1.0"?><order id="7"><item sku="a">1.50</item><item sku="b">x &lt; y</item><note><![CDATA[<b>]]></note></order>';

export default function () {
  const options = { ignoreAttributes: false, attributeNamePrefix: "@" };
  const parsed = new XMLParser(options).parse(xml);
  return {
    parsed,
    built: new XMLBuilder({ ...options, format: true }).build(parsed),
    broken: XMLValidator.validate("<a><b></a>"),
  };
}
