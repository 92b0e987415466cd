import { globSync } from "node:fs";

/** Paths of all Markdown pages of the project, except expected outputs of tests. */
export const pages = globSync("**/*.md", {
  exclude: (path) => /(^|\/)(node_modules|golden|api|dist|\.[^/]+)(\/|$)/.test(path),
}).sort();
