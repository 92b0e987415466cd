import { publishedManifest } from "../../../../tools/packing/manifest.ts";

it("exports compiled files with their declarations, and accepts compatible versions of other packages", () => {
  const manifest = {
    name: "@tarmac/one",
    version: "1.2.3",
    description: "One.",
    bin: { one: "./one.ts" },
    exports: { "./a": "./a.ts", "./b/c": "./b/c.ts" },
    dependencies: { "@tarmac/two": "1.2.3", "@pulumi/pulumi": "3.270.0" },
    optionalDependencies: { dockerode: "5.0.1" },
  };
  expect(publishedManifest(manifest)).toEqual({
    name: "@tarmac/one",
    version: "1.2.3",
    description: "One.",
    bin: { one: "./one.js" },
    exports: {
      "./a": { types: "./a.d.ts", default: "./a.js" },
      "./b/c": { types: "./b/c.d.ts", default: "./b/c.js" },
    },
    dependencies: { "@tarmac/two": "1.2.3", "@pulumi/pulumi": "^3.270.0" },
    optionalDependencies: { dockerode: "^5.0.1" },
  });
});

it("leaves out fields that a package does not have", () => {
  const small = { name: "@tarmac/one", version: "1.2.3", description: "One." };
  expect(publishedManifest(small)).toEqual(small);
});
