/** Serves the package to Pulumi's engine: `pulumi-resource-tarmac ENGINE_ADDRESS`. */
import { main } from "@pulumi/pulumi/provider/server.js";
import { componentProvider } from "./componentProvider.ts";

// `main` prints the port, and serves until the engine ends the process.
await main(componentProvider(), process.argv.slice(2));
