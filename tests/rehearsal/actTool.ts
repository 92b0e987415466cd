/** act, which runs GitHub workflows on this machine: https://nektosact.com */
import type { Tool } from "../../local/toolchain/tools.ts";

export const act: Tool = {
  name: "act",
  title: "act",
  package: "github.com/nektos/act",
  module: "github.com/nektos/act",
  versionFlags: [],
  programs: ["act"],
  buildMinutes: 2,
};
