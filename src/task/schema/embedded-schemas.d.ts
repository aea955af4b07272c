declare module "*.schemas" {
  const path: string;
  export default path;
}
