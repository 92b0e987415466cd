/** Pulumi's language host for programs in YAML. The environment needs none; a test of such a program builds it on first use. */
import { buildOnDemand } from "./buildOnDemand.ts";
import { linkTool } from "./goBuild.ts";
import type { Tool } from "./tools.ts";

const yamlHost: Tool = {
  name: "language-yaml",
  title: "Pulumi's YAML language host",
  package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  module: "github.com/pulumi/pulumi-yaml",
  versionFlags: ["github.com/pulumi/pulumi-yaml/pkg/version.Version={n}"],
  programs: ["pulumi-language-yaml"],
  buildMinutes: 1,
};

/** Puts the host into the tools folder, where Pulumi finds it. @throws Error when Go is missing or the build fails */
export async function provideYamlHost(): Promise<void> {
  await buildOnDemand(yamlHost);
  linkTool(yamlHost);
}
