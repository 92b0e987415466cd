/**
 * The environment's own certificate authority, the server certificate of the simulated Azure and its registries, and the key pair that
 * signs tokens. All are made with the openssl CLI, which every supported distribution has.
 */
import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { certificateNames } from "./azure/azureHosts.ts";
import { network, tlsFolder } from "./layout.ts";

const run = promisify(execFile);

/** The files of an authority. Only their owner can read the keys. */
export interface TlsFiles {
  caCertificate: string;
  caKey: string;
  serverCertificate: string;
  serverKey: string;
  /** Signs the tokens of Entra and of the registries. Registry processes trust it as their `rootcertbundle`. */
  tokenCertificate: string;
  tokenKey: string;
}

/**
 * The names of the servers: for clients on this machine, the node's address for pods and the kubelet, and Azure's own names. Only clients
 * that are configured to trust the environment's authority accept the latter.
 */
const serverNames = ["localhost", "127.0.0.1", network.nodeAddress, ...certificateNames];

const validDays = 825;
const renewWithinDays = 30;

/** The paths of the files in a folder, whether they exist or not. */
export function tlsFiles(folder: string = tlsFolder): TlsFiles {
  return {
    caCertificate: join(folder, "ca.crt"),
    caKey: join(folder, "ca.key"),
    serverCertificate: join(folder, "server.crt"),
    serverKey: join(folder, "server.key"),
    tokenCertificate: join(folder, "token.crt"),
    tokenKey: join(folder, "token.key"),
  };
}

/**
 * Creates the files that are missing, damaged, or expire within 30 days. It keeps the others, so that clients can continue to trust the same
 * authority. Safe to call at every start.
 * @throws Error when openssl is missing or fails, with its output
 */
export async function ensureTls(folder: string = tlsFolder): Promise<TlsFiles> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const files = tlsFiles(folder);
  if (!(await usable(files.caCertificate, files.caKey))) {
    await makeSelfSigned(folder, "ca", "tarmac local authority", "EC", [
      "basicConstraints=critical,CA:TRUE,pathlen:0",
      "keyUsage=critical,keyCertSign,cRLSign",
    ]);
  }
  if (!(await usable(files.serverCertificate, files.serverKey, { issuer: files.caCertificate, names: serverNames }))) {
    await makeServer(folder, files);
  }
  if (!(await usable(files.tokenCertificate, files.tokenKey))) {
    // RSA, because Entra signs with RS256 and clients may insist on it.
    await makeSelfSigned(folder, "token", "tarmac local token signing", "RSA", [
      "basicConstraints=critical,CA:FALSE",
      "keyUsage=critical,digitalSignature",
    ]);
  }
  return files;
}

async function usable(
  certificateFile: string,
  keyFile: string,
  wanted: { issuer?: string; names?: string[] } = {},
): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(certificateFile));
    if (Date.parse(certificate.validTo) < Date.now() + renewWithinDays * 86_400_000) return false;
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile)))) return false;
    if (wanted.issuer !== undefined) {
      const issuer = new X509Certificate(await readFile(wanted.issuer));
      if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
    }
    return (wanted.names ?? []).every((name) =>
      /^[\d.]+$/.test(name)
        ? certificate.checkIP(name) !== undefined
        : certificate.checkHost(name.replace("*", "any")) !== undefined,
    );
  } catch {
    // Missing, truncated, or not a certificate: create it again.
    return false;
  }
}

async function makeSelfSigned(
  folder: string,
  name: string,
  commonName: string,
  kind: "EC" | "RSA",
  extensions: string[],
) {
  const keyKind = kind === "EC" ? ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["rsa:2048"];
  await inDraft(folder, name, (key, certificate) =>
    openssl([
      ...["req", "-x509", "-nodes", "-newkey", ...keyKind, "-keyout", key, "-out", certificate],
      ...["-days", `${validDays}`, "-subj", `/CN=${commonName}`],
      ...extensions.flatMap((extension) => ["-addext", extension]),
    ]),
  );
}

async function makeServer(folder: string, files: TlsFiles) {
  await inDraft(folder, "server", async (key, certificate, draft) => {
    const request = join(draft, "server.csr");
    const extensions = join(draft, "server.ext");
    const names = serverNames.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`));
    await writeFile(
      extensions,
      `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=${names.join(",")}\n`,
    );
    await openssl([
      ...["req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
      ...["-keyout", key, "-out", request, "-subj", "/CN=localhost"],
    ]);
    await openssl([
      ...["x509", "-req", "-in", request, "-CA", files.caCertificate, "-CAkey", files.caKey, "-CAcreateserial"],
      ...["-CAserial", join(draft, "serial"), "-days", `${validDays}`, "-extfile", extensions, "-out", certificate],
    ]);
  });
}

/** Creates a pair in a temporary folder and moves it into place, the key first, so that a certificate never exists without its key. */
async function inDraft(
  folder: string,
  name: string,
  make: (key: string, certificate: string, draft: string) => Promise<void>,
): Promise<void> {
  const draft = await mkdtemp(join(folder, `.${name}-`));
  try {
    const key = join(draft, `${name}.key`);
    const certificate = join(draft, `${name}.crt`);
    await make(key, certificate, draft);
    await chmod(key, 0o600);
    await chmod(certificate, 0o644);
    await rename(key, join(folder, `${name}.key`));
    await rename(certificate, join(folder, `${name}.crt`));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function openssl(args: string[]): Promise<void> {
  try {
    await run("openssl", args);
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    if (code === "ENOENT")
      throw new Error("openssl is not installed; it makes the local certificates (apt-get install openssl)", {
        cause: error,
      });
    throw new Error(`openssl ${args[0]} failed: ${stderr?.trim() ?? String(error)}`, { cause: error });
  }
}
