import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustBundle } from "../../../../local/stack/trustBundle.ts";

const folder = mkdtempSync(join(tmpdir(), "trust-"));
const [own, company, bundle] = ["own.crt", "company.pem", "bundle.pem"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
writeFileSync(own, "OWN\n");
writeFileSync(company, "COMPANY");
afterAll(() => rmSync(folder, { recursive: true }));

test.each([undefined, "", own, join(folder, "missing.pem")])(
  "contains only the environment's authority if there is %s",
  (given) => {
    expect(trustBundle(given, own, bundle)).toBe(own);
  },
);

test("adds the environment's authority to the user's own bundle, also inside with-local", () => {
  expect(trustBundle(company, own, bundle)).toBe(bundle);
  expect(readFileSync(bundle, "utf8")).toBe("COMPANY\nOWN\n");
  expect(trustBundle(bundle, own, bundle)).toBe(bundle);
  writeFileSync(company, "RENEWED\n");
  trustBundle(company, own, bundle);
  expect(readFileSync(bundle, "utf8")).toBe("RENEWED\nOWN\n");
});
