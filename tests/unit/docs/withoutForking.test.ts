/** docs/without-forking.md shows the actual example, and the example uses the project's versions. */
import { readFileSync } from "node:fs";

const read = (file: string) => readFileSync(file, "utf8");
const page = read("docs/without-forking.md");

it.each(["index.ts", "Pulumi.yaml"])("shows examples/without-forking/%s", (file) => {
  expect(page).toContain(`\n${read(`examples/without-forking/${file}`)}\`\`\``);
});

it("installs the packages and their dependencies in the versions of the project", () => {
  type Manifest = Record<"dependencies" | "devDependencies", Record<string, string>>;
  const root = JSON.parse(read("package.json")) as Manifest;
  const example = JSON.parse(read("examples/without-forking/package.json")) as Manifest;
  const known = { ...root.dependencies, ...root.devDependencies };
  for (const [name, version] of Object.entries({ ...example.dependencies, ...example.devDependencies }))
    expect([name, version]).toEqual([name, known[name]]);
});
