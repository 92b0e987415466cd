import { createPublicKey, X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTls } from "../../../local/tls.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tls-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const certificate = (file: string) => new X509Certificate(readFileSync(file));

describe("the environment's certificates", () => {
  it("contain every name of the servers, and are signed by the environment's authority", async () => {
    const files = await ensureTls(folder);
    const authority = certificate(files.caCertificate);
    const server = certificate(files.serverCertificate);
    expect(authority.ca).toBe(true);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.checkHost("localhost")).toBe("localhost");
    expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(server.checkIP("10.244.0.1")).toBe("10.244.0.1");
    expect(createPublicKey(readFileSync(files.tokenCertificate)).asymmetricKeyType).toBe("rsa");
    for (const key of [files.caKey, files.serverKey, files.tokenKey]) expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual([
      "ca.crt",
      "ca.key",
      "server.crt",
      "server.key",
      "token.crt",
      "token.key",
    ]);
  });

  it("are kept while they are valid", async () => {
    const files = await ensureTls(folder);
    const before = Object.values(files).map((file: string) => readFileSync(file, "utf8"));
    await ensureTls(folder);
    expect(Object.values(files).map((file: string) => readFileSync(file, "utf8"))).toEqual(before);
  });

  it("are replaced one by one if they are missing, truncated, or have the wrong key", async () => {
    const files = await ensureTls(folder);
    const authority = readFileSync(files.caCertificate, "utf8");
    rmSync(files.serverKey);
    writeFileSync(files.tokenCertificate, readFileSync(files.tokenCertificate, "utf8").slice(0, 300));
    await ensureTls(folder);
    expect(certificate(files.serverCertificate).verify(certificate(files.caCertificate).publicKey)).toBe(true);
    expect(certificate(files.tokenCertificate).subject).toContain("token");
    expect(readFileSync(files.caCertificate, "utf8")).toBe(authority);
  });

  it("are all replaced with a new authority", async () => {
    const files = await ensureTls(folder);
    const server = readFileSync(files.serverCertificate, "utf8");
    rmSync(files.caKey);
    await ensureTls(folder);
    expect(readFileSync(files.serverCertificate, "utf8")).not.toBe(server);
    expect(certificate(files.serverCertificate).checkIssued(certificate(files.caCertificate))).toBe(true);
  });

  it("are renewed within their last 30 days", async () => {
    const files = await ensureTls(folder);
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "29", "-subj", "/CN=old token"],
        ...["-keyout", files.tokenKey, "-out", files.tokenCertificate],
      ],
      { stdio: "ignore" },
    );
    chmodSync(files.tokenKey, 0o644);
    await ensureTls(folder);
    expect(certificate(files.tokenCertificate).subject).not.toContain("old");
    expect(Date.parse(certificate(files.tokenCertificate).validTo)).toBeGreaterThan(Date.now() + 700 * 86_400_000);
    expect(statSync(files.tokenKey).mode & 0o777).toBe(0o600);
  });
});
