/** The process behind `pulumi-resource-kubernetes` in the local environment. */
import { servePlugin } from "../rpc/server.ts";
import { KubernetesProvider } from "./provider.ts";

await servePlugin(new KubernetesProvider());
