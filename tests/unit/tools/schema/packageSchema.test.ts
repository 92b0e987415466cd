/**
 * The schema of the Pulumi package: no type of an argument is lost or blurred. That plugin/schema.json is what the declarations
 * say is what `npm run write-schema -- --check` finds, which reads the types of all providers for it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settings } from "../../../../settings/everySetting.ts";
import { packageSchema } from "../../../../tools/schema/packageSchema.ts";
import type { PackageSpec, PropertySpec } from "../../../../tools/schema/schemaSpecs.ts";

const { language, resources, types } = JSON.parse(readFileSync("plugin/schema.json", "utf8")) as PackageSpec;
const inputs = (type: string) => resources[`tarmac:${type}`]?.inputProperties ?? {};

it("gives NodeService every setting, with its description and its default", () => {
  const args = inputs("index:NodeService");
  expect(Object.keys(args).sort()).toEqual(Object.keys(settings).sort());
  for (const [key, setting] of Object.entries(settings)) {
    const { description = "", default: given } = args[key] as PropertySpec;
    expect([key, description]).toEqual([key, expect.stringContaining(setting.description)]);
    if (typeof setting.default === "number" || typeof setting.default === "boolean")
      expect([key, given]).toEqual([key, setting.default]);
    expect([key, args[key]?.secret]).toEqual([key, "secret" in setting ? true : undefined]);
  }
});

it("lets Go construct objects that appear only in a plain list", () => {
  const { items } = inputs("kubernetes:Gateway").addresses ?? {};
  expect(items).toEqual({ $ref: "#/types/tarmac:index:GatewayAddress", plain: true });
  expect(language?.go).toMatchObject({ generateExtraInputTypes: true });
});

it("describes a default that follows the component's name, because SDKs send constant ones", () => {
  const { tlsSecret } = inputs("kubernetes:Gateway");
  expect(tlsSecret).not.toHaveProperty("default");
  expect(tlsSecret?.description).toMatch(/Default: "NAME-tls", where NAME is the name of the component\.$/);
});

it("keeps allowed values as an enum, under the name in the source", () => {
  expect(inputs("azure:Registry").sku).toMatchObject({ $ref: "#/types/tarmac:index:RegistrySku" });
  expect(inputs("index:NodeService").registrySku).toMatchObject({ $ref: "#/types/tarmac:index:RegistrySku" });
  expect(types["tarmac:index:RegistrySku"]).toMatchObject({
    enum: [{ value: "Basic" }, { value: "Premium" }, { value: "Standard" }],
  });
});

it("keeps a union", () => {
  const { oneOf } = inputs("kubernetes:Workload").writablePaths?.additionalProperties ?? {};
  expect(oneOf).toEqual([{ type: "string" }, { $ref: expect.stringContaining("WritablePath") as string }]);
});

it("accepts outputs where the component does, and nowhere else", () => {
  expect(inputs("kubernetes:Workload").image).not.toHaveProperty("plain");
  expect(inputs("kubernetes:Workload").replicas).toHaveProperty("plain", true);
  expect(inputs("kubernetes:Workload").environment).toMatchObject({
    plain: true,
    additionalProperties: { type: "string" },
  });
  expect(inputs("azure:Cluster").kubelet).not.toHaveProperty("plain");
  expect(inputs("azure:Cluster").systemPool).toHaveProperty("plain", true);
});

it("leaves out outputs that only a TypeScript program can use", () => {
  expect(Object.keys(resources["tarmac:azure:Cluster"]?.properties ?? {})).not.toContain("provider");
  expect(resources["tarmac:azure:Identities"]?.properties.kubelet).toMatchObject({
    $ref: "#/types/tarmac:index:Identity",
  });
});

describe("of a component", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tarmac-schema-"));
    writeFileSync(join(folder, "package.json"), readFileSync("package.json"));
    // The smallest library: reading it again for each schema takes most of the time.
    const compilerOptions = { strict: true, lib: ["es5"], types: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The schema of a component with these arguments, whose bases the test declares itself. */
  const schemaOf = (args: string, more = "") => {
    const file = `some${args.length}${more.length}.ts`;
    writeFileSync(
      join(folder, file),
      `declare class Base { constructor(type: string, name: string); }
${more}
export interface SomeArgs { ${args} }
export class Some extends Base { constructor(name: string, args: SomeArgs) { super("tarmac:index:Some", name); } }`,
    );
    return packageSchema(folder, [file]);
  };

  it("states required properties, strings, numbers, lists and maps", () => {
    const { resources } = schemaOf(
      "a: string; b?: number; c?: readonly boolean[]; d?: Record<string, string | undefined>",
    );
    expect(resources["tarmac:index:Some"]).toMatchObject({
      requiredInputs: ["a"],
      inputProperties: {
        a: { type: "string" },
        b: { type: "integer" },
        c: { type: "array", items: { type: "boolean" } },
        d: { type: "object", additionalProperties: { type: "string" } },
      },
    });
  });

  it.each([
    ["a function", "a: () => void", ""],
    ["anything", "a: unknown", ""],
    ["a resource", "a: Made", "interface Made { urn: string }"],
    ["an empty object", "a: object", ""],
  ])("refuses an argument that is %s, by its name", (_, args, more) => {
    expect(() => schemaOf(args, more)).toThrow("SomeA: the schema cannot state the type ");
  });

  it("refuses two different types of one name", () => {
    const more =
      "namespace one { export interface T { a: string } } namespace two { export interface T { b: string } }";
    expect(() => schemaOf("a: one.T; b: two.T", more)).toThrow(
      "two different types are named T: give one another name",
    );
  });

  it("refuses a file that does not exist, and a component without arguments", () => {
    expect(() => packageSchema(folder, ["missing.ts"])).toThrow("missing.ts does not exist");
    writeFileSync(
      join(folder, "bare.ts"),
      'declare class Base { constructor(t: string); } export class Bare extends Base { constructor() { super("tarmac:index:Bare"); } }',
    );
    expect(() => packageSchema(folder, ["bare.ts"])).toThrow("Bare has no constructor (name, args, opts)");
  });
});
