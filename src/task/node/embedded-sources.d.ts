declare module "*.sources" {
  const path: string;
  export default path;
}
