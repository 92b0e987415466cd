/** `pulumi-resource-docker` for the local environment, where the official plugin cannot be downloaded. */
import { servePlugin } from "../rpc/pluginServer.ts";
import { DockerAdapter } from "./dockerAdapter.ts";

await servePlugin(new DockerAdapter());
