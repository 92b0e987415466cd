/** `pulumi-resource-azure-native` for the local environment, where the official plugin cannot be downloaded. */
import { servePlugin } from "../rpc/pluginServer.ts";
import { AzureNativeAdapter } from "./azureNativeAdapter.ts";

await servePlugin(new AzureNativeAdapter());
