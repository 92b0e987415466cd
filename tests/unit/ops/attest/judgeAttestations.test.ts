/** Signatures by keys of a vault, and what a deployment accepts of them. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleToJSON } from "@sigstore/bundle";
import { DSSEBundleBuilder } from "@sigstore/sign";
import { ClientSecretCredential } from "@azure/identity";
import { attestImage } from "../../../../ops/attest/attestImage.ts";
import { bundleType, type SignStatement, statementSigner } from "../../../../ops/attest/bundleSigner.ts";
import { ImageRepository } from "../../../../ops/attest/imageRepository.ts";
import { provenanceOf } from "../../../../ops/attest/provenance.ts";
import type { PinnedImage } from "../../../../ops/attest/stackRepository.ts";
import { inTotoType, statementAbout } from "../../../../ops/attest/statement.ts";
import { trustedSigners } from "../../../../ops/attest/trustedSigners.ts";
import { verifiedLines } from "../../../../ops/attest/verifyImages.ts";
import { verifyImage } from "../../../../ops/attest/judgeAttestations.ts";
import type { Azure } from "../../../../ops/azure/signIn.ts";
import { ciRoles } from "../../../../bootstrap/ciRoles.ts";
import { askNamed } from "../../local/azure/namedService.ts";
import { authorization, newUser, type User } from "../../local/azure/principals.ts";
import { arm, type Environment, startWithGroup } from "../../local/azure/testAzure.ts";
import { digestOf, type OciRegistry, startOciRegistry } from "./ociRegistry.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-verify-"));
const vault = "https://contoso.vault.azure.net/keys";
let environment: Environment;
let officer: User;
let stranger: User;
let registry: OciRegistry;
let repository: ImageRepository;
let image: PinnedImage;
const before = { ...process.env };

beforeAll(async () => {
  const started = await startWithGroup();
  ({ environment } = started);
  const id = `${started.group}/providers/Microsoft.KeyVault/vaults/contoso`;
  await arm(environment.azure, "PUT", id, "2023-07-01", {
    location: "westeurope",
    properties: {
      ...{ tenantId: environment.azure.deployer.tenantId, sku: { family: "A", name: "standard" } },
      enableRbacAuthorization: true,
    },
  });
  officer = await newUser(environment.azure, id, [ciRoles.keyOfficer]);
  stranger = await newUser(environment.azure, id, []);
  for (const [name, kty] of [
    ["rsa", "RSA"],
    ["ec", "EC"],
  ] as const)
    await ask("POST", `keys/${name}/create`, { kty, crv: "P-256" });
  // As in the local environment: the vault's own name leads to the simulated Azure.
  process.env.HTTPS_PROXY = environment.azure.namesProxy;
  process.env.NO_PROXY = "localhost,127.0.0.1";
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true });
  await environment.stop();
});
beforeEach(async () => {
  registry = await startOciRegistry();
  repository = new ImageRepository(registry.host, "team/hello", { username: "ci", password: "right" });
  image = { host: registry.host, path: "team/hello", digest: registry.putImage() };
});
afterEach(() => registry.stop());

const ask = async (method: string, path: string, body?: object) =>
  askNamed(environment.azure, "contoso.vault.azure.net", method, `/${path}?api-version=7.4`, {
    headers: await authorization(environment.azure, officer, "https://vault.azure.net"),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const azure = (user: User) => (): Promise<Azure> => {
  const { endpoint, deployer } = environment.azure;
  const credential = new ClientSecretCredential(deployer.tenantId, user.clientId, user.clientSecret, {
    ...{ authorityHost: endpoint, disableInstanceDiscovery: true },
  });
  return Promise.resolve({ credential, subscription: "", endpoint, scopes: [] });
};

const evidence = {
  sbom: () => Promise.resolve(Buffer.from('{"bomFormat":"CycloneDX","components":[{"name":"node"}]}')),
  provenance: () =>
    provenanceOf(
      {
        ...{ stack: "dev", context: "app", dockerfile: "app/Dockerfile", dockerfileText: "", platform: "linux/amd64" },
        ...{ buildArgs: [], buildWith: "docker", bases: [] },
      },
      { repository: "https://github.com/team/shop", commit: "c".repeat(40) },
      { env: {} },
    ),
};
const attest = async (sign: SignStatement) => attestImage(image, repository, evidence, { sign });
const signersOf = (...entries: string[]) => trustedSigners(entries, { folder, azure: azure(officer) });
const problemsFor = async (...entries: string[]) =>
  (await verifyImage(image, repository, await signersOf(...entries))).problems;

/** Signs with a key of this test, whose public half is in a file. */
function ownKey(name: string): SignStatement {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(join(folder, name), publicKey.export({ type: "spki", format: "pem" }));
  const signer = {
    sign: (data: Buffer) =>
      Promise.resolve({
        signature: sign("sha256", data, privateKey),
        key: { $case: "publicKey" as const, publicKey: "" },
      }),
  };
  const builder = new DSSEBundleBuilder({ signer, witnesses: [] });
  return async (statement) => {
    const bundle = await builder.create({ data: Buffer.from(JSON.stringify(statement)), type: inTotoType });
    return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
  };
}

it.each(["rsa", "ec"])("with the key %s of a vault counts for everyone who trusts the key", async (key) => {
  await attest(await statementSigner(`${vault}/${key}`, azure(officer)));
  const verified = await verifyImage(image, repository, await signersOf(`${vault}/${key}`));
  expect(verified).toEqual({
    image: `${registry.host}/team/hello@${image.digest}`,
    signed: { SBOM: `${vault}/${key}`, provenance: `${vault}/${key}`, signature: `${vault}/${key}` },
    origin: {
      ...{ repository: "https://github.com/team/shop", commit: "c".repeat(40) },
      builder: "https://tarmac.dev/builders/by-hand",
    },
    problems: [],
  });
  expect(verifiedLines(verified)).toEqual([
    `${verified.image} is attested: SBOM by ${vault}/${key}, provenance by ${vault}/${key}, signature by ${vault}/${key}`,
    `  built from https://github.com/team/shop@${"c".repeat(40)} by https://tarmac.dev/builders/by-hand`,
  ]);
  const types = [...registry.manifests.values()].map(
    ({ content }) => (JSON.parse(content.toString()) as { artifactType?: string }).artifactType,
  );
  expect(new Set(types)).toEqual(new Set([undefined, bundleType]));
  // cosign takes an id of a key in the envelope for one of its own, and then ignores the signature.
  const bundles = [...registry.blobs.values()]
    .map((blob) => JSON.parse(blob.toString()) as { dsseEnvelope?: { signatures: { keyid?: string }[] } })
    .filter(({ dsseEnvelope }) => dsseEnvelope !== undefined);
  expect(bundles).toHaveLength(3);
  expect(bundles.map(({ dsseEnvelope }) => dsseEnvelope?.signatures[0]?.keyid ?? "")).toEqual(["", "", ""]);
});

it("with a key still counts after the key's rotation, unless only another version is trusted", async () => {
  await attest(await statementSigner(`${vault}/ec`, azure(officer)));
  await ask("POST", "keys/ec/rotate");
  expect(await problemsFor(`${vault}/ec`)).toEqual([]);
  const newest = JSON.parse((await ask("GET", "keys/ec")).text) as { key: { kid: string } };
  expect(await problemsFor(newest.key.kid)).toEqual([
    `it has no SBOM, no provenance, no signature by a trusted signer (${newest.key.kid})`,
    ...Array<unknown>(3).fill(expect.stringMatching(/^sha256:\w+ does not count: it is signed by somebody else$/)),
  ]);
});

it("with a key is refused without the right to use it, and the message names the missing role", async () => {
  const sign = await statementSigner(`${vault}/ec`, azure(stranger));
  await expect(attest(sign)).rejects.toThrow(
    /^cannot sign with https:\/\/contoso\.vault\.azure\.net\/keys\/ec: .*: the signed-in identity needs the role Key Vault Crypto User/,
  );
  await expect(trustedSigners([`${vault}/ec`], { folder, azure: azure(stranger) })).rejects.toThrow(
    /^cannot read https:\/\/contoso\.vault\.azure\.net\/keys\/ec: .*needs the role Key Vault Reader/,
  );
  await expect(signersOf(`${vault}/nothing`)).rejects.toThrow(
    `${vault}/nothing does not exist: check the name, or create the key`,
  );
});

it("without a key needs a workflow that may request a token", async () => {
  await ask("POST", "keys/off/create", { kty: "EC", crv: "P-256", attributes: { enabled: false } });
  await expect(signersOf(`${vault}/off`)).rejects.toThrow(`${vault}/off has no version that is enabled`);
  await expect(statementSigner("keyless", azure(officer), {})).rejects.toThrow(
    'signWith: "keyless" signs with the identity of a GitHub workflow, but this process runs outside one, or the workflow lacks the permission id-token: write',
  );
  await expect(
    statementSigner("keyless", azure(officer), { ACTIONS_ID_TOKEN_REQUEST_URL: "https://x" }),
  ).resolves.toBeDefined();
});

it("with the trusted key file counts, and with another key it does not", async () => {
  await attest(ownKey("a.pem"));
  ownKey("b.pem");
  expect(await problemsFor("a.pem")).toEqual([]);
  expect(await problemsFor("b.pem", "a.pem")).toEqual([]);
  expect((await problemsFor("b.pem"))[0]).toBe(
    "it has no SBOM, no provenance, no signature by a trusted signer (b.pem)",
  );
});

it("with a key never counts as keyless, whoever it names", async () => {
  await attest(ownKey("a.pem"));
  const workflow = "https://github.com/team/shop/.github/workflows/deploy-stack.yml@refs/heads/main";
  const root = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const signers = await trustedSigners([workflow], {
    ...{ folder, azure: azure(officer) },
    sigstoreRoot: () =>
      Promise.resolve({
        ...root,
        publicKey: () => {
          throw new Error("no key is trusted");
        },
      }),
  });
  const { problems } = await verifyImage(image, repository, signers);
  expect(problems[0]).toBe(`it has no SBOM, no provenance, no signature by a trusted signer (${workflow})`);
});

it("counts only for the image that it names", async () => {
  const signAbout = ownKey("a.pem");
  await attest((statement) =>
    signAbout({ ...statement, subject: [{ name: "x", digest: { sha256: "0".repeat(64) } }] }),
  );
  expect((await problemsFor("a.pem"))[1]).toMatch(/does not count: it is about another image$/);
});

it("is not replaced by other artifacts of the image", async () => {
  const content = Buffer.from(JSON.stringify(statementAbout("x", image.digest, "https://slsa.dev/provenance/v1", {})));
  await repository.attach(image.digest, { artifactType: bundleType, content });
  await repository.attach(image.digest, { artifactType: "application/vnd.cyclonedx+json", content });
  expect(await problemsFor(`${vault}/rsa`)).toEqual([
    `it has no SBOM, no provenance, no signature by a trusted signer (${vault}/rsa)`,
  ]);
  expect(digestOf(content)).toMatch(/^sha256:/);
});

it("is found even if a registry lists it without its type", async () => {
  await attest(ownKey("a.pem"));
  const listed = await repository.referrers(image.digest);
  const plain = {
    referrers: () => Promise.resolve(listed.map(({ artifactType: _, ...rest }) => rest)),
    contentOf: (digest: string) => repository.contentOf(digest),
  };
  expect((await verifyImage(image, plain, await signersOf("a.pem"))).problems).toEqual([]);
});

it("is searched for in a limited number of manifests", async () => {
  const one = {
    mediaType: "m",
    digest: await repository.attach(image.digest, { artifactType: bundleType, content: Buffer.from("{}") }),
    size: 1,
  };
  const many = {
    referrers: () => Promise.resolve(Array<typeof one>(201).fill(one)),
    contentOf: () => Promise.resolve(Buffer.from("{}")),
  };
  const verified = await verifyImage(image, many, await signersOf("a.pem"));
  expect(verified.problems).toContain("only 200 of the 201 manifests that refer to it were read");
  expect(verifiedLines(verified)[0]).toBe(`${verified.image} is not attested:`);
});
