import * as yup from "yup";

const schema = yup.object({
  name: yup.string().required().trim(),
  age: yup.number().required().positive().integer(),
  email: yup.string().email(),
  website: yup.string().url().nullable(),
  createdOn: yup.date().default(() => new Date(0)),
});

export default async function () {
  const good = await schema.validate({ name: " jimmy ", age: "24", website: null, createdOn: "2026-01-02T03:04:05Z" });
  const errors = await schema.validate({ age: -1.5, email: "x" }, { abortEarly: false }).catch((error) => error.errors);
  return { good: JSON.parse(JSON.stringify(good)), errors };
}
