/** The example of a service that reads its secrets itself: its settings are legal, and it is as short as the docs say. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readSettings } from "../../../settings/readSettings.ts";

const file = (name: string) => readFileSync(`examples/key-vault/${name}`, "utf8");

it("has a stack file that the program accepts, except for the folder of the service, which is the reader's own", () => {
  const { config } = parse(file("Pulumi.dev.yaml")) as { config: Record<string, unknown> };
  const values = Object.fromEntries(
    Object.entries({ ...config, "tarmac:context": "app" }).map(([key, value]) => [
      key.replace("tarmac:", ""),
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  expect(readSettings("dev", values)).toMatchObject({ ownKeyVault: true, keyVaultReads: ["database-password"] });
});

it("reads a secret in ten lines, with the version of the library that the project uses", () => {
  expect(file("readSecret.ts").trim().split("\n").length).toBeLessThanOrEqual(10);
  const { dependencies } = JSON.parse(file("package.json")) as { dependencies: Record<string, string> };
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    devDependencies: Record<string, string>;
  };
  expect(dependencies["@azure/identity"]).toBe(devDependencies["@azure/identity"]);
});
