declare module "*.image" {
  const path: string;
  export default path;
}
declare module "*.wasm" {
  const path: string;
  export default path;
}
declare module "*.part" {
  const path: string;
  export default path;
}
declare module "*.digest" {
  const path: string;
  export default path;
}
