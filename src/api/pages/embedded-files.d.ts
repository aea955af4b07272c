declare module "*.br" {
  const path: string;
  export default path;
}

declare module "*.archive" {
  const path: string;
  export default path;
}
