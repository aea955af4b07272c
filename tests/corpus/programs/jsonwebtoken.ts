import jwt from "jsonwebtoken";

export default function () {
  const token = jwt.sign({ user: "ada", iat: 1_700_000_000 }, "secret", { expiresIn: "1h", subject: "s" });
  let failure = "";
  try {
    jwt.verify(token, "wrong");
  } catch (error) {
    failure = (error as Error).message;
  }
  return {
    token,
    payload: jwt.verify(token, "secret", { clockTimestamp: 1_700_000_010 }),
    header: jwt.decode(token, { complete: true })?.header,
    failure,
  };
}
