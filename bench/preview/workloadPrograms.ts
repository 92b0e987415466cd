/** Programs with many workloads: with tarmac's component, or as plain resources with the same inputs. */
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import type { ProgramFiles } from "../programs/programFolder.ts";

/** The setting `count` is the number of workloads in both programs. */
export const componentProgram: ProgramFiles = {
  name: "components",
  index: `import { Config } from "@pulumi/pulumi";
import { Workload } from ${JSON.stringify(join(checkoutFolder, "components", "workload.ts"))};

const count = new Config().requireNumber("count");
for (let i = 0; i < count; i++) {
  new Workload("w" + i, { namespace: "default", image: "registry.example:443/app:1@sha256:" + "0".repeat(64) });
}
`,
};

/** A resource as the engine receives it. */
export interface Registered {
  type: string;
  name: string;
  inputs: object;
}

/** @param workload the resources of one workload named "w0", without the component itself */
export const plainProgram = (workload: readonly Registered[]): ProgramFiles => ({
  name: "plain",
  index: `import { ComponentResource, Config, CustomResource } from "@pulumi/pulumi";

const workload = ${JSON.stringify(JSON.stringify(workload))};
const count = new Config().requireNumber("count");
for (let i = 0; i < count; i++) {
  const parent = new ComponentResource("bench:index:Workload", "w" + i);
  for (const { type, name, inputs } of JSON.parse(workload.replaceAll("w0", "w" + i))) {
    new CustomResource(type, name, inputs, { parent });
  }
}
`,
});
