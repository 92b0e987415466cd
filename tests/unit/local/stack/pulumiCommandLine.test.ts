import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsAreRead, withLocalSettings } from "../../../../local/stack/pulumiCommandLine.ts";

const checkout = mkdtempSync(join(tmpdir(), "checkout-"));
const other = mkdtempSync(join(tmpdir(), "other-"));
for (const folder of [checkout, other]) writeFileSync(join(folder, "Pulumi.yaml"), "name: tarmac\n");
mkdirSync(join(checkout, "app", "src"), { recursive: true });
afterAll(() => [checkout, other].forEach((folder) => rmSync(folder, { recursive: true })));

const local = { checkout, name: "local", configFile: "/state/Pulumi.local.yaml" };
const added = (args: string, folder = checkout): string =>
  withLocalSettings(args.split(" "), folder, local).slice(args.split(" ").length).join(" ");

describe("pulumi behind with-local", () => {
  it.each(["up", "up --yes", "preview", "refresh --yes", "destroy", "config", "config get tarmac:replicas", "-v 3 up"])(
    "%s works on the stack of this machine with the environment's own copy of its settings",
    (args) => expect(added(args)).toBe("--stack local --config-file /state/Pulumi.local.yaml"),
  );

  it("also from a folder inside the checkout", () => {
    expect(added("up", join(checkout, "app", "src"))).toBe("--stack local --config-file /state/Pulumi.local.yaml");
  });

  it.each(["up --stack local", "preview -s local", "up --stack=organization/tarmac/local"])(
    "%s names the stack already",
    (args) => expect(added(args)).toBe("--config-file /state/Pulumi.local.yaml"),
  );

  it.each([
    "up --stack dev",
    "preview -s dev",
    "up --config-file other.yaml",
    "up --help",
    "-C elsewhere up",
    "stack output",
    "whoami",
    "version",
  ])("%s is unchanged", (args) => expect(added(args)).toBe(""));

  it("does not change commands for other projects", () => {
    expect(added("up", other)).toBe("");
    expect(added("up", tmpdir())).toBe("");
  });

  it.each(["config set replicas 2", "config rm replicas", "config set-all --plaintext a=b --stack local"])(
    "%s is refused, because the change would be lost",
    (args) => {
      expect(() => added(args)).toThrow(SettingsAreRead);
      expect(() => added(args)).toThrow(/edit that file, then run npm start$/);
    },
  );

  it("allows writing the settings of another stack", () => {
    expect(added("config set replicas 2 --stack dev")).toBe("");
  });
});
