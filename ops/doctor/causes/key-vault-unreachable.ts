import { quoteDriver, vaultMountOf } from "../facts/vaultMount.ts";
import { configure, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The node does not reach the vault: no vault has this name, or the vault does not admit the node. */
export const keyVaultUnreachable = podCause({
  code: "key-vault-unreachable",
  stage: "config",
  recovery: "possible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const mount = vaultMountOf(pod);
    return mount?.kind === "vault-unknown" || mount?.kind === "vault-closed" ? mount : undefined;
  },
  claim: ({ namespace, observation: { target } }, mount) => {
    const { vault = "NAME", kind } = mount;
    const list = 'az keyvault list --query "[].{name:name, id:id}" --output table';
    const show = `az keyvault show --name ${vault} --query "properties.{public:publicNetworkAccess, rules:networkAcls, endpoints:privateEndpointConnections[].id}"`;
    return {
      title:
        kind === "vault-unknown"
          ? `The node finds no Key Vault named "${vault}"`
          : `The Key Vault "${vault}" does not admit the node`,
      evidence: [quoteDriver(mount)],
      mend:
        kind === "vault-unknown"
          ? [
              target.stack === undefined
                ? run(
                    "See which vault the pod asks for:",
                    `kubectl get secretproviderclass --namespace ${namespace} --output yaml`,
                  )
                : run(
                    "If the name is wrong, set keyVaultId to the resource id of the right vault:",
                    configure(target.stack, { key: "keyVaultId", value: "VALUE" }),
                  ),
              run("List the vaults:", list),
              { say: "A vault with a private endpoint also needs its private DNS zone in the network of the nodes." },
            ]
          : [
              run(
                "If keyVaultId names the right vault, check which networks it admits. Without public access it needs a private endpoint that the nodes reach:",
                show,
              ),
            ],
    };
  },
});
