/** The resource definitions of the Gateway API, from its Go module. AKS gets them from an add-on; the local cluster has none. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../local/settings.ts";
import { run } from "./runProgram.ts";

const version = "v1.4.1";

/** Paths of the standard channel's definitions, downloaded once to the tool cache. */
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
