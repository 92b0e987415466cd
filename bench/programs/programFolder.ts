/** Small Pulumi programs to compare with, each in its own folder with a link to the checkout's packages. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";

export interface ProgramFiles {
  /** Name of the project. */
  name: string;
  index: string;
  /** True: as `pulumi new` sets it up, CommonJS on ts-node with a type check. False: like tarmac, on Node directly. */
  tsNode?: boolean;
}

/** Writes a program and returns its folder. */
export function programFolder({ name, index, tsNode = false }: ProgramFiles): string {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-bench-"));
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), `${JSON.stringify(value)}\n`);
  // Pulumi reads this file as YAML, of which JSON is a subset.
  write("Pulumi.yaml", {
    name,
    main: "index.ts",
    runtime: { name: "nodejs", options: { typescript: tsNode, packagemanager: "npm" } },
  });
  write("package.json", {
    name,
    type: tsNode ? "commonjs" : "module",
    dependencies: { "@pulumi/pulumi": "*" },
  });
  if (tsNode) {
    const compilerOptions = { strict: true, target: "es2020", module: "nodenext", sourceMap: true, types: ["node"] };
    write("tsconfig.json", { compilerOptions, files: ["index.ts"] });
  }
  writeFileSync(join(folder, "index.ts"), index);
  symlinkSync(join(checkoutFolder, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export const removeProgram = (folder: string): void => rmSync(folder, { recursive: true });

/** The SDK and one component without children. */
export const emptyProgram: ProgramFiles = {
  name: "empty",
  index: `import * as pulumi from "@pulumi/pulumi";
new pulumi.ComponentResource("bench:index:Nothing", "nothing");
`,
};

/** Equivalent to `pulumi new azure-typescript`: an Azure resource group with a storage account, on ts-node. */
export const templateProgram: ProgramFiles = {
  name: "template",
  tsNode: true,
  index: `import * as pulumi from "@pulumi/pulumi";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";

const group = new resources.ResourceGroup("group");
const account = new storage.StorageAccount("account", {
  resourceGroupName: group.name,
  sku: { name: storage.SkuName.Standard_LRS },
  kind: storage.Kind.StorageV2,
});
export const accountName: pulumi.Output<string> = account.name;
`,
};
