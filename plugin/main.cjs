// Pulumi starts a plugin with require(), and the provider is an ES module.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `tarmac needs Node 22.18 or newer, and the node on PATH is ${process.versions.node}: install a newer one`,
  );
  process.exit(1);
}
import("./servePlugin.ts");
