import { announcement } from "../../../../local/toolchain/install.ts";
import { cacheFolder } from "../../../../local/layout.ts";
import { tools, toolVersion, type Tool } from "../../../../local/toolchain/tools.ts";

const [pulumi] = tools as readonly [Tool];

test("announces nothing if nothing is missing", () => {
  expect(
    announcement({ packages: [], builds: [], found: [{ program: "pulumi", path: "/usr/bin/pulumi" }] }),
  ).toBeUndefined();
});

test("announces what will be installed and built, with the time it takes", () => {
  expect(announcement({ packages: ["runc", "openssl"], builds: [pulumi], found: [] })).toBe(
    "To run here, tarmac needs:\n" +
      "  - Debian packages, installed on this system (no service of theirs is started): runc, openssl\n" +
      `  - Pulumi CLI ${toolVersion(pulumi)}, built from Go modules into ${cacheFolder} (about 4 min)`,
  );
});

test("names only what is missing", () => {
  expect(announcement({ packages: ["runc"], builds: [], found: [] })).not.toContain("Go modules");
  expect(announcement({ packages: [], builds: [pulumi], found: [] })).not.toContain("Debian");
});
