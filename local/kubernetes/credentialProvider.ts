/**
 * How the kubelet signs in to the registries: by an image credential provider, as on AKS nodes. The program itself is
 * the simulated Azure's; here it is made known to the kubelet.
 */
import { join } from "node:path";
import { checkoutFolder, nodeBinary, ports } from "../settings.ts";
import { writeText } from "../host/daemonFiles.ts";
import { writeLauncher } from "../host/launcher.ts";
import { kubernetesFolder } from "./names.ts";

const providerName = "acr-credential-provider";
export const credentialProviderConfigFile = join(kubernetesFolder, "credential-provider.yaml");
export const credentialProviderFolder = join(kubernetesFolder, "credential-provider-bin");

/** The kubelet's configuration of credential providers. Nothing is cached: a revoked grant is felt at the next pull. */
export function credentialProviderConfig(): string {
  const images = ports.registries.map((port) => `      - localhost:${port}`).join("\n");
  return `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ${providerName}
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    defaultCacheDuration: 0s
    matchImages:
${images}
`;
}

/** Writes configuration and program. The program is looked up at each pull: rewriting it needs no restart. */
export function writeCredentialProvider(): void {
  writeText(credentialProviderConfigFile, credentialProviderConfig());
  const program = join(checkoutFolder, "local", "azure", "credentialProvider.ts");
  writeLauncher(join(credentialProviderFolder, providerName), [nodeBinary, program]);
}
