import { regionProblems } from "../../../settings/neededRegion.ts";

const unset = {
  ...{ location: "", kubeContext: undefined, kubeconfig: undefined },
  ...{ existingRegistry: undefined, registryServer: undefined, appIdentity: false, ownKeyVault: false },
};

test.each([
  ["a cluster and a registry", {}],
  ["a registry for an existing cluster", { kubeContext: "prod" }],
  ["an identity", { kubeContext: "prod", existingRegistry: "contoso", appIdentity: true }],
  ["a vault", { kubeContext: "prod", registryServer: "registry.example.com", ownKeyVault: true }],
  ["a cluster beside an existing registry", { existingRegistry: "contoso" }],
])("a stack that creates %s needs a region", (_, settings) => {
  expect(regionProblems({ ...unset, ...settings })).toEqual([
    ["location", expect.stringContaining("pulumi config set location swedencentral")],
  ]);
  expect(regionProblems({ ...unset, ...settings, location: "swedencentral" })).toEqual([]);
});

test("a stack that creates nothing in Azure needs none", () => {
  expect(regionProblems({ ...unset, kubeContext: "prod", registryServer: "registry.example.com" })).toEqual([]);
});
