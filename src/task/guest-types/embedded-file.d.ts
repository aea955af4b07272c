declare module "*.d.ts.zst" {
  const path: string;
  export default path;
}
