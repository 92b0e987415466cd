/** The summary at the end of `npm start` and of `npm run status`. */
import { kubectl } from "./kubectl.ts";

/** @param outputs those of the stack, by name */
export async function summary(outputs: Record<string, unknown>): Promise<string> {
  const namespace = String(outputs.namespaceName);
  return `  ${String(outputs.url)}

Running in namespace ${namespace} of cluster ${String(outputs.clusterName)}:
${indented(await kubectl(["get", "pods", "--namespace", namespace, "--output", "wide"]))}
Image
  ${String(outputs.imageReference)}

Next
  npm run status                              what runs, and how much memory it takes
  npm run doctor                              why a pod does not run, and how to fix it
  npm run with-local -- kubectl get pods -A   any program, with this environment's settings
  npm start                                   again, after a change of app/ or of Pulumi.local.yaml
  npm run down                                delete the stack; -- --all also stops the environment
`;
}

const indented = (text: string) => text.replace(/^(?=.)/gm, "  ");
