/** The process behind `pulumi-resource-kubernetes` in the local environment. */
import { servePlugin } from "../rpc/pluginServer.ts";
import { KubernetesProvider } from "./provider.ts";

await servePlugin(new KubernetesProvider());
