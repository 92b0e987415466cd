import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CouldNotRun } from "../../../../ops/couldNotRun.ts";
import { encryptedKeys, ownValues, stackSettings } from "../../../../ops/stackFiles/settingsFromFile.ts";
import { hiddenSecret } from "../../../../validate/settingDeclaration.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-stack-"));
afterAll(() => rmSync(folder, { recursive: true }));

const settingsOf = (yaml: string) => {
  writeFileSync(join(folder, "Pulumi.dev.yaml"), yaml);
  return stackSettings(folder, "dev");
};

const yaml = `
encryptionsalt: v1:abc
config:
  azure-native:location: westeurope
  tarmac:location: swedencentral
  tarmac:replicas: 2
  tarmac:egressTo: ["10.20.0.0/24"]
  tarmac:kubeconfig:
    secure: v1:def
  tarmac:secretValues:
    TOKEN:
      secure: v1:ghi
`;

test("values are those that Pulumi passes to the program, with stand-ins for secrets", () => {
  expect(ownValues(yaml)).toEqual({
    location: "swedencentral",
    replicas: "2",
    egressTo: '["10.20.0.0/24"]',
    kubeconfig: hiddenSecret,
    secretValues: '{"TOKEN":"secret"}',
  });
  expect([...encryptedKeys(yaml)]).toEqual(["kubeconfig", "secretValues"]);
});

test("a secret that cannot be decrypted here is not refused for its form", () => {
  expect(settingsOf(yaml.replace("replicas: 2", "kubeContext: theirs"))).toMatchObject({
    kubeconfig: hiddenSecret,
    secretValues: { TOKEN: "secret" },
  });
});

test.each([
  [
    "a secret in plain text",
    "tarmac:secretValues: {TOKEN: hunter2}",
    "tarmac:secretValues: the value is a secret in plain text",
  ],
  [
    "an encrypted value of a setting that is not secret",
    "tarmac:environment: {TOKEN: {secure: v1:abc}}",
    "tarmac:environment: the value is encrypted, but this setting is not a secret",
  ],
  ["an unknown key", "tarmac:replcas: 2", 'tarmac:replcas is not a setting; did you mean "replicas"?'],
])("%s is refused as the program does", (_, line, problem) => {
  const attempt = () => settingsOf(`config:\n  ${line}\n`);
  expect(attempt).toThrow(CouldNotRun);
  expect(attempt).toThrow(problem);
});

test("a missing file is reported, with the existing ones", () => {
  settingsOf("config: {tarmac:location: swedencentral}");
  expect(() => stackSettings(folder, "prod")).toThrow(
    "there is no Pulumi.prod.yaml: use one of --stack dev, or leave --stack out to check with the defaults",
  );
});
