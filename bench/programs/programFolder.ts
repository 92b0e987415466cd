/** Small Pulumi programs to measure against, each in a folder of its own that borrows the checkout's packages. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/settings.ts";

export interface ProgramFiles {
  /** Name of the project. */
  name: string;
  index: string;
  /** As `pulumi new` makes it: CommonJS by ts-node, with type check. Else as tarmac is run, by Node itself. */
  tsNode?: boolean;
}

/** Writes a program and gives its folder. */
export function programFolder({ name, index, tsNode = false }: ProgramFiles): string {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-bench-"));
  const write = (file: string, value: unknown) => writeFileSync(join(folder, file), `${JSON.stringify(value)}\n`);
  // Pulumi reads JSON as the YAML that it is.
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

/** The SDK and one resource that is none of anybody's. */
export const emptyProgram: ProgramFiles = {
  name: "empty",
  index: `import * as pulumi from "@pulumi/pulumi";
new pulumi.ComponentResource("bench:index:Nothing", "nothing");
`,
};

/** What `pulumi new azure-typescript` comes down to: an Azure resource group and something in it, by ts-node. */
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
