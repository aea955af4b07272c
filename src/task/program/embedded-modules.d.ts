declare module "*.modules" {
  const path: string;
  export default path;
}
