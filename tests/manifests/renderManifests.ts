/**
 * Prints what a stack file makes on a cluster, as YAML documents, with Azure, Kubernetes and Docker answered by mocks:
 * `node run.mjs tests/manifests/renderManifests.ts STACK`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { checkoutFolder } from "../../local/layout.ts";
import { answerCall, answerResource, digest } from "../unit/providerAnswers.ts";

const [stack = "dev"] = process.argv.slice(2);
const { config } = parse(readFileSync(join(checkoutFolder, `Pulumi.${stack}.yaml`), "utf8")) as {
  config: Record<string, unknown>;
};
const manifests: Record<string, unknown>[] = [];

await pulumi.runtime.setMocks(
  {
    call: ({ token, inputs }) => answerCall(token, inputs as Record<string, unknown>),
    newResource: ({ type, name, inputs, custom }) => {
      if (custom !== true) return { id: undefined, state: {} };
      const given = inputs as Record<string, unknown>;
      if (type.startsWith("kubernetes:")) manifests.push(given);
      return answerResource(type, name, given);
    },
  },
  "tarmac",
  stack,
);
const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
// Nothing is built, and the registry that the stack would make is not there to sign in to.
globalThis.fetch = () => Promise.resolve(Response.json({ refresh_token: "of-no-registry" }));
const settings = { ...config, "tarmac:image": `registry.example.com/hello:1.0.0@${digest}` };
pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, asText(value)])));
await import("../../index.ts");
await pulumi.runtime.disconnect();
process.stdout.write(manifests.map((manifest) => `---\n${stringify(manifest)}`).join(""));
