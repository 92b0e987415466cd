import { quoteDriver, vaultMountOf } from "../facts/vaultMount.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The vault answers the driver, and has no such secret, or a disabled one. */
export const keyVaultSecretMissing = podCause({
  code: "key-vault-secret-missing",
  stage: "config",
  recovery: "possible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const mount = vaultMountOf(pod);
    return mount?.kind === "secret-missing" || mount?.kind === "secret-disabled" ? mount : undefined;
  },
  claim: ({ namespace, observation: { target } }, mount) => {
    const { secret, version, kind, vault = "NAME" } = mount;
    const of = version === undefined ? `"${secret}"` : `"${secret}" with the version "${version}"`;
    const object = `--vault-name ${vault} --name ${secret}`;
    return {
      title:
        kind === "secret-disabled"
          ? `The Key Vault "${vault}" does not return its secret ${of}, which is disabled`
          : `The Key Vault "${vault}" has no secret ${of}`,
      evidence: [quoteDriver(mount)],
      mend: [
        target.stack === undefined
          ? run(
              "See which secrets the pod asks for:",
              `kubectl get secretproviderclass --namespace ${namespace} --output yaml`,
            )
          : run(
              "If the name is wrong, correct it in the setting keyVaultSecrets, and update the stack. It has now:",
              `pulumi config get tarmac:keyVaultSecrets --stack ${target.stack}`,
            ),
        run(
          "See which secrets the vault has, and which are enabled:",
          `az keyvault secret list --vault-name ${vault} --output table`,
        ),
        ...(kind === "secret-disabled"
          ? [run("Enable it:", `az keyvault secret set-attributes ${object} --enabled true`)]
          : version === undefined
            ? [
                run("If it was deleted, recover it:", `az keyvault secret recover ${object}`),
                run(
                  "Or create it, from a file that contains nothing but the secret:",
                  `az keyvault secret set ${object} --file VALUE`,
                ),
              ]
            : [run("See its versions:", `az keyvault secret list-versions ${object} --output table`)]),
        { say: "The kubelet retries automatically, within two minutes." },
      ],
    };
  },
});
