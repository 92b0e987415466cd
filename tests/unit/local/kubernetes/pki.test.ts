import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFault, clientCertificate, kubeadmConfig } from "../../../../local/kubernetes/pki.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-pki-"));
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const dayInMilliseconds = 86_400_000;

beforeAll(() => {
  for (const name of ["one", "other"]) {
    const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "100"];
    execFileSync("openssl", [...request, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.crt`], {
      cwd: folder,
      stdio: "ignore",
    });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("certificateFault", () => {
  it("accepts a complete pair", () => {
    expect(certificateFault(read("one.crt"), read("one.key"))).toBeUndefined();
  });

  it("reports an expiry a month ahead", () => {
    const in69Days = Date.now() + 69 * dayInMilliseconds;
    expect(certificateFault(read("one.crt"), read("one.key"), in69Days)).toBeUndefined();
    expect(certificateFault(read("one.crt"), read("one.key"), in69Days + 2 * dayInMilliseconds)).toMatch(/^ends on /);
  });

  it("reports a key of another certificate", () => {
    expect(certificateFault(read("one.crt"), read("other.key"))).toBe("does not belong to its key");
  });

  it.each([
    ["certificate", () => [read("one.crt").slice(0, 100), read("one.key")]],
    ["key", () => [read("one.crt"), ""]],
  ])("reports a truncated %s", (_, pair) => {
    const [certificate = "", key = ""] = pair();
    expect(certificateFault(certificate, key)).toBe("is damaged");
  });
});

describe("clientCertificate", () => {
  it("reads what kubeadm embeds, and nothing from a truncated file", () => {
    const encode = (text: string) => Buffer.from(text).toString("base64");
    const whole = `users:\n- name: a\n  user:\n    client-certificate-data: ${encode("CERT")}\n    client-key-data: ${encode("KEY")}\n`;
    expect(clientCertificate(whole)).toEqual({ cert: "CERT", key: "KEY" });
    expect(clientCertificate(whole.slice(0, whole.indexOf("client-key-data")))).toBeUndefined();
    expect(clientCertificate("")).toBeUndefined();
  });
});

it("lets kubeadm create certificates for the bridge's address, offline and with a long validity", () => {
  const config = kubeadmConfig("v1.34.10", "/somewhere/pki");
  expect(config).toContain("advertiseAddress: 10.244.0.1\n  bindPort: 47643");
  // Without a version kubeadm asks the Internet for one.
  expect(config).toContain("kubernetesVersion: v1.34.10");
  expect(config).toContain("certSANs: [localhost, 127.0.0.1, 10.244.0.1]");
  expect(config).toContain("certificatesDir: /somewhere/pki");
});
