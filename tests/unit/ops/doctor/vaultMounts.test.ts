/** What the doctor says about a volume with secrets of a Key Vault: each fix names the stack's setting first. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Finding } from "../../../../ops/doctor/finding.ts";
import { vaultMountOf } from "../../../../ops/doctor/facts/vaultMount.ts";
import type { PodFacts } from "../../../../ops/doctor/facts/podFacts.ts";
import { event, observation, pod } from "./exampleObservations.ts";
import { wordings } from "./wordings.ts";

/** The finding about a wording, in a stack unless told otherwise. */
function findingOf(made: string, stack: string | undefined = "dev"): Finding {
  const seen = wordings.find((wording) => wording.made === made)?.seen();
  if (seen === undefined) throw new Error(`no wording "${made}"`);
  const target = { ...seen.target, ...(stack !== "" && { stack }) };
  const [finding] = diagnose({ ...seen, target }).findings;
  if (finding === undefined) throw new Error(`no finding about "${made}"`);
  return finding;
}

const shop = "/subscriptions/1/resourcegroups/shop/providers/microsoft.keyvault/vaults/shop";

test.each<[made: string, title: string, first: string, elsewhere: string | RegExp]>([
  [
    "secret that the vault does not have",
    'The Key Vault "shop" has no secret "database"',
    "pulumi config get tarmac:keyVaultSecrets --stack dev",
    "kubectl get secretproviderclass --namespace shop --output yaml",
  ],
  [
    "version that the vault does not have",
    'The Key Vault "shop" has no secret "database" with the version "0123456789abcdef0123456789abcdef"',
    "pulumi config get tarmac:keyVaultSecrets --stack dev",
    "kubectl get secretproviderclass --namespace shop --output yaml",
  ],
  [
    "secret that is disabled",
    'The Key Vault "shop" does not return its secret "database", which is disabled',
    "pulumi config get tarmac:keyVaultSecrets --stack dev",
    "kubectl get secretproviderclass --namespace shop --output yaml",
  ],
  [
    "vault that does not exist",
    'The node finds no Key Vault named "shoop"',
    "pulumi config set tarmac:keyVaultId VALUE --stack dev && pulumi up --stack dev",
    "kubectl get secretproviderclass --namespace shop --output yaml",
  ],
  [
    "vault that lets other networks in",
    'The Key Vault "shop" does not admit the node',
    'az keyvault show --name shop --query "properties.{public:publicNetworkAccess, rules:networkAcls, endpoints:privateEndpointConnections[].id}"',
    /^az keyvault show --name shop /,
  ],
  [
    "driver for secrets without the role",
    'The pod\'s identity has no role with "Microsoft.KeyVault/vaults/secrets/getSecret/action" on secrets database',
    "pulumi config set tarmac:assignKeyVaultRole true --stack dev && pulumi up --stack dev",
    `az role assignment create --role "Key Vault Secrets User" --assignee-object-id 11111111-2222-4333-8444-666666666666 --assignee-principal-type ServicePrincipal --scope ${shop}/secrets/database`,
  ],
  [
    "driver for secrets, as an identity that trusts another ServiceAccount",
    'Entra trusts no token with this subject ("system:serviceaccount:shop:web"): the identity has no federated credential for "system:serviceaccount:shop:default" of this cluster',
    "pulumi up --refresh --stack dev",
    "az identity list --output table",
  ],
  [
    "driver for secrets, as an identity without a credential",
    'Entra trusts no token with this issuer, subject or audience: the identity has no federated credential for "system:serviceaccount:shop:default" of this cluster',
    "pulumi up --refresh --stack dev",
    "az identity list --query '[?clientId=='\\''11111111-2222-4333-8444-666666666666'\\'']' --output table",
  ],
])("%s", (made, title, first, elsewhere) => {
  const { title: said, mend, evidence, container } = findingOf(made);
  expect(said).toBe(title);
  expect(container).toBeUndefined();
  expect(evidence).toHaveLength(1);
  expect(evidence[0]).toMatch(/^event FailedMount, secret "database": [^{}"]*\w/);
  expect(mend[0]?.command).toBe(first);
  expect(findingOf(made, "").mend[0]?.command).toMatch(elsewhere);
});

test("a running pod, and a failure of another kind, are not attributed to the vault", () => {
  const seen = wordings.find(({ made }) => made === "secret that the vault does not have")?.seen();
  const [message = ""] = (seen?.events ?? []).map(({ message: text }) => text);
  const facts = (text: string, containers: object[] = []) =>
    ({ events: [event("web-1", "FailedMount", text)], containers }) as unknown as PodFacts;
  expect(vaultMountOf(facts(message))).toMatchObject({ kind: "secret-missing", secret: "database", vault: "shop" });
  expect(vaultMountOf(facts(message, [{ runningSince: 1 }]))).toBeUndefined();
  expect(vaultMountOf(facts("failed to get objectType:secret, objectName:a, objectVersion:: oops"))).toBeUndefined();
  expect(vaultMountOf(facts("failed to get secretproviderclass shop/a, error: not found"))).toBeUndefined();
  expect(diagnose(observation({ pods: [pod("web-1")] })).findings).toEqual([]);
});
