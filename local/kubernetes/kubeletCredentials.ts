/**
 * The kubelet signs in to the registries through an image credential provider, as on AKS nodes. The simulated Azure has the
 * program; this file registers it with the kubelet.
 */
import { join } from "node:path";
import { checkoutFolder, nodeBinary, ports } from "../layout.ts";
import { writeText } from "../host/daemonFiles.ts";
import { writeLauncher } from "../host/launcher.ts";
import { kubernetesFolder } from "./localCluster.ts";

const providerName = "acr-credential-provider";
export const credentialProviderConfigFile = join(kubernetesFolder, "credential-provider.yaml");
export const credentialProviderFolder = join(kubernetesFolder, "credential-provider-bin");

/** The kubelet's configuration of credential providers. Nothing is cached, so a revoked grant affects the next pull. */
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

/** Writes the configuration and the program. The kubelet reads the program at each pull, so a change needs no restart. */
export function writeCredentialProvider(): void {
  writeText(credentialProviderConfigFile, credentialProviderConfig());
  const program = join(checkoutFolder, "local", "azure", "acrCredentialProvider.ts");
  writeLauncher(join(credentialProviderFolder, providerName), [nodeBinary, program]);
}
