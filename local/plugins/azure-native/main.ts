/** `pulumi-resource-azure-native` for the local environment, where the official plugin cannot be downloaded. */
import { servePlugin } from "../rpc/server.ts";
import { AzureNativeAdapter } from "./adapter.ts";

await servePlugin(new AzureNativeAdapter());
