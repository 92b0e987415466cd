/** The definitions of the Gateway API, from its Go module. AKS installs them on a cluster that requests them. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../layout.ts";
import { follow } from "./follow.ts";

/** AKS has v1.3.0 with Kubernetes 1.34 and v1.5.1 with 1.36. The parts that this project uses are the same in all of them. */
export const gatewayApiVersion = "v1.4.1";

const modules = join(cacheFolder, `gateway-api-${gatewayApiVersion}`);
const folder = join(modules, `sigs.k8s.io/gateway-api@${gatewayApiVersion}`, "config", "crd", "standard");

export const hasGatewayDefinitions = (): boolean => existsSync(folder);

/** Downloads the definitions to the tool cache. @throws Error with Go's message */
export async function downloadGatewayDefinitions(): Promise<void> {
  mkdirSync(modules, { recursive: true });
  const env = { ...process.env, GOMODCACHE: modules, GOFLAGS: "-modcacherw", GOTOOLCHAIN: "local" };
  await follow("go", ["mod", "download", `sigs.k8s.io/gateway-api@${gatewayApiVersion}`], {
    ...{ cwd: modules, env },
    onLine: () => undefined,
  });
}

/** Paths of the standard channel's definitions. @throws Error when they are not in the tool cache */
export function gatewayDefinitions(): string[] {
  if (!hasGatewayDefinitions())
    throw new Error(
      `The definitions of the Gateway API are not in ${folder}: run \`npm start\`, which downloads them.`,
    );
  return readdirSync(folder)
    .filter((name) => name.startsWith("gateway.networking.k8s.io"))
    .map((name) => join(folder, name));
}
