/** Removes what a killed run of the test left, because nothing else removes it. */
import { azure } from "../azureQueries.ts";
import { local } from "../localStack.ts";

/** The label of every namespace that the test creates. */
export const testLabel = { "tarmac.dev/doctor-test": "true" };
const selector = ["--selector", "tarmac.dev/doctor-test=true"];

export async function removeLeftovers(): Promise<void> {
  const { resourceGroups } = azure();
  for await (const { name = "" } of resourceGroups.list()) {
    if (name.startsWith("doctor-")) await resourceGroups.delete(name);
  }
  const list = await local("kubectl", "get", "pods", "--all-namespaces", "--output", "json");
  const { items } = JSON.parse(list) as {
    items: { metadata: { name: string; namespace: string; finalizers?: string[] } }[];
  };
  for (const { metadata } of items) {
    if (metadata.finalizers?.includes("tarmac.dev/doctor-test") === true) await release(metadata);
  }
  await local("kubectl", "delete", "nodes", "--selector", "doctor-case");
  await local("kubectl", "delete", "clusterroles,clusterrolebindings", ...selector);
  await local("kubectl", "delete", "namespaces", "--wait=false", ...selector);
}

/** Removes the finalizer that keeps an ended pod, so that Kubernetes can delete it. */
async function release({ name, namespace }: { name: string; namespace: string }): Promise<void> {
  const pod = ["pod", name, "--namespace", namespace];
  await local("kubectl", "patch", ...pod, "--type=merge", "--patch", '{"metadata":{"finalizers":null}}');
}
