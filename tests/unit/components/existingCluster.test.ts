import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { ExistingCluster } from "../../../components/existingCluster.ts";
import { existingKubeconfig } from "../../../components/cluster/existingKubeconfig.ts";
import { labels, mockCloud, only, refusal, secret, valueOf } from "../pulumiMocks.ts";

const config = (...names: string[]) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: names.map((name) => ({ name: `${name}-cluster`, cluster: { server: `https://${name}.example` } })),
  users: names.map((name) => ({ name: `${name}-user`, user: { token: `${name}-token` } })),
  contexts: names.map((name) => ({ name, context: { cluster: `${name}-cluster`, user: `${name}-user` } })),
  "current-context": names[0],
});
const two = stringify(config("blue", "green"));

describe("a context of a kubeconfig", () => {
  test("is extracted with its own cluster and user only", () => {
    const found = existingKubeconfig("green", two);
    expect(found).toMatchObject({ context: "green", server: "https://green.example" });
    expect(parse((found as { kubeconfig: string }).kubeconfig)).toEqual(config("green"));
    expect((found as { kubeconfig: string }).kubeconfig).not.toContain("blue");
  });

  test("is the current one by default", () => {
    expect(existingKubeconfig(undefined, two)).toMatchObject({ context: "blue" });
  });

  test.each<[string | undefined, string, string]>([
    ["gren", two, '"gren" is not a context of the kubeconfig; it has "blue", "green"; did you mean "green"?'],
    ["x", "apiVersion: v1", '"x" is not a context of the kubeconfig; it has none'],
    [
      undefined,
      stringify({ ...config("blue"), "current-context": "" }),
      'the kubeconfig has no current context; it has "blue": set kubeContext',
    ],
    [
      "blue",
      stringify({ ...config("blue"), clusters: [] }),
      'the context "blue" of the kubeconfig names the cluster "blue-cluster", which it does not define',
    ],
    [
      "blue",
      stringify({ ...config("blue"), users: [] }),
      'the context "blue" of the kubeconfig names the user "blue-user", which it does not define',
    ],
    ["blue", "{", "the kubeconfig is not a kubeconfig in YAML: use the content of a kubeconfig file"],
    ["blue", "- a", "the kubeconfig is not a kubeconfig in YAML: use the content of a kubeconfig file"],
  ])("an unusable one is refused: %s", (context, text, problem) => {
    expect(existingKubeconfig(context, text)).toEqual({ problem });
  });

  describe("in files", () => {
    const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    const [first, second] = [join(folder, "first"), join(folder, "second")];
    afterAll(() => rmSync(folder, { recursive: true }));
    beforeAll(() => {
      writeFileSync(join(folder, "ca.crt"), "CERTIFICATE");
      const withFile = config("blue");
      const [cluster] = withFile.clusters;
      writeFileSync(
        first,
        stringify({
          ...withFile,
          clusters: [{ ...cluster, cluster: { ...cluster?.cluster, "certificate-authority": "ca.crt" } }],
        }),
      );
      writeFileSync(second, stringify(config("green")));
    });

    test("is searched for in all files of KUBECONFIG, as kubectl does", () => {
      const environment = { KUBECONFIG: `${first}:${join(folder, "missing")}:${second}` };
      expect(existingKubeconfig("green", undefined, environment)).toMatchObject({ server: "https://green.example" });
      expect(existingKubeconfig(undefined, undefined, environment)).toMatchObject({ context: "blue" });
    });

    test("includes certificates from the files beside it", () => {
      const found = existingKubeconfig("blue", undefined, { KUBECONFIG: first }) as { kubeconfig: string };
      const { clusters } = parse(found.kubeconfig) as { clusters: { cluster: Record<string, string> }[] };
      expect(clusters[0]?.cluster).toEqual({
        server: "https://blue.example",
        "certificate-authority-data": Buffer.from("CERTIFICATE").toString("base64"),
      });
    });

    test("is refused with the command that writes one, if there is no file", () => {
      const missing = join(folder, "missing");
      expect(existingKubeconfig("blue", undefined, { KUBECONFIG: missing })).toEqual({
        problem: `${missing} does not exist: create it with az aks get-credentials -g GROUP -n CLUSTER`,
      });
    });
  });
});

describe("an existing cluster", () => {
  test.each([false, true])("becomes a provider, and nothing else (preview: %s)", async (preview) => {
    const cloud = await mockCloud({ preview });
    const cluster = new ExistingCluster("hello", { context: "green", kubeconfig: two });
    const resources = await cloud.settled();
    expect(labels(resources)).toEqual([
      "pulumi:providers:kubernetes::hello-kubernetes",
      "tarmac:kubernetes:ExistingCluster::hello",
    ]);
    expect(await valueOf(cluster.clusterName)).toBe("green");
    expect(await pulumi.isSecret(cluster.kubeconfig)).toBe(true);
    expect(cluster.managedCluster).toBeUndefined();
    expect(only(resources, "pulumi:providers:kubernetes").inputs).toEqual({
      kubeconfig: secret(await valueOf(cluster.kubeconfig)),
      clusterIdentifier: "https://green.example",
    });
    expect(cloud.calls).toEqual([]);
  });

  test("is refused if it does not exist, before anything is registered", async () => {
    const cloud = await mockCloud();
    expect(refusal(() => new ExistingCluster("hello", { context: "red", kubeconfig: two }))).toEqual([
      'context: "red" is not a context of the kubeconfig; it has "blue", "green"',
    ]);
    expect(await cloud.settled()).toEqual([]);
  });
});
