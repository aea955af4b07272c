import bcrypt from "bcryptjs";

export default async function () {
  const hash = bcrypt.hashSync("bacon", "$2b$04$abcdefghijklmnopqrstuu");
  return {
    hash,
    same: await bcrypt.compare("bacon", hash),
    other: bcrypt.compareSync("eggs", hash),
    rounds: bcrypt.getRounds(hash),
    fresh: (await bcrypt.hash("x", 4)).length,
  };
}
