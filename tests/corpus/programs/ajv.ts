import Ajv from "ajv";

const schema = {
  type: "object",
  properties: {
    id: { type: "integer", minimum: 1 },
    tags: { type: "array", items: { $ref: "#/definitions/tag" }, uniqueItems: true },
  },
  required: ["id"],
  additionalProperties: false,
  definitions: { tag: { type: "string", pattern: "^[a-z]+$" } },
};

export default function () {
  const validate = new Ajv({ allErrors: true }).compile(schema);
  return [
    { id: 1, tags: ["a"] },
    { id: 0, tags: ["A", "A"], more: 1 },
  ].map((value) => [validate(value), validate.errors]);
}
