import Joi from "joi";

const schema = Joi.object({
  username: Joi.string().alphanum().min(3).max(30).required(),
  password: Joi.string().pattern(/^[a-zA-Z0-9]{3,30}$/),
  repeat: Joi.ref("password"),
  birthYear: Joi.number().integer().min(1900).max(2013),
  when: Joi.date().iso(),
}).with("username", "birthYear");

export default function () {
  const good = schema.validate({ username: "abc", birthYear: "1994", when: "2026-02-03" });
  const bad = schema.validate({ username: "a!", password: "x", birthYear: 1800 }, { abortEarly: false });
  return {
    good: JSON.parse(JSON.stringify(good.value)),
    bad: bad.error?.details.map(({ message, path }) => ({ message, path })),
  };
}
