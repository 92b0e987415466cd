/** Finds programs that are already on PATH, and checks whether the environment can use them. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { checkoutFolder } from "../layout.ts";
import { toolVersion, type Tool } from "./tools.ts";

/**
 * The absolute path of a tool's program on PATH, if its version is suitable: the pinned minor version for Kubernetes, because its
 * parts must fit each other, and the pinned version or newer for Pulumi.
 */
export function programOnPath(tool: Tool, program: string): string | undefined {
  const ownFolder = join(checkoutFolder, "node_modules");
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, program);
    if (folder === "" || folder.startsWith(ownFolder) || !existsSync(path)) continue;
    try {
      accessSync(path, constants.X_OK);
    } catch {
      continue;
    }
    if (willDo(tool, program, path)) return path;
  }
  return undefined;
}

function willDo(tool: Tool, program: string, path: string): boolean {
  // A plugin tells its version only to the engine. A plugin of unknown version must not replace the tested one.
  if (tool.name === "kubernetes-provider") return false;
  // The language host has no version of its own. It belongs to the CLI in the same folder.
  if (program === "pulumi-language-nodejs") return existsSync(join(path, "..", "pulumi"));
  let output: string;
  try {
    const arguments_ =
      program === "pulumi"
        ? ["version"]
        : program === "kubectl"
          ? ["version", "--client"]
          : program === "kubeadm"
            ? ["version", "--output", "short"]
            : ["--version"];
    output = execFileSync(path, arguments_, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 });
  } catch {
    return false;
  }
  const found = numbers(/v?(\d+\.\d+\.\d+)/.exec(output)?.[1]);
  if (program === "etcd") return found[0] === 3 && found[1] >= 5;
  const wanted = numbers(toolVersion(tool));
  if (tool.name === "kubernetes") return found[0] === wanted[0] && found[1] === wanted[1];
  return found[0] === wanted[0] && (found[1] > wanted[1] || (found[1] === wanted[1] && found[2] >= wanted[2]));
}

function numbers(version: string | undefined): [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = (version ?? "").split(".").map(Number);
  return [major, minor, patch];
}
