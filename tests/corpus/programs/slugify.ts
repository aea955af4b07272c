import slugify from "slugify";

export default function () {
  return [
    slugify("Some String: with Ünïcode & €5!", { lower: true, strict: true }),
    slugify("Привет мир"),
    slugify("Straße", { locale: "de" }),
    slugify("a_b c", "_"),
  ];
}
