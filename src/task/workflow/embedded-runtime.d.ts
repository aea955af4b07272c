declare module "*.runtime" {
  const path: string;
  export default path;
}
