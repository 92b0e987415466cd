/** The definitions of the Gateway API, from its Go module: AKS has them from its add-on, the local cluster has none. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../local/settings.ts";
import { run } from "./runProgram.ts";

const version = "v1.4.1";

/** Paths of the standard channel's definitions; fetched once into the cache of tools. */
export async function gatewayDefinitions(): Promise<string[]> {
  const modules = join(cacheFolder, `gateway-api-${version}`);
  const folder = join(modules, `sigs.k8s.io/gateway-api@${version}`, "config", "crd", "standard");
  if (!existsSync(folder)) {
    mkdirSync(modules, { recursive: true });
    const env = { ...process.env, GOMODCACHE: modules, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local" };
    await run("go", ["mod", "download", `sigs.k8s.io/gateway-api@${version}`], { cwd: modules, env });
  }
  return readdirSync(folder)
    .filter((file) => /gateway\.networking\.k8s\.io_(gateway|gatewayclasse|httproute)s\.yaml$/.test(file))
    .map((file) => join(folder, file));
}
