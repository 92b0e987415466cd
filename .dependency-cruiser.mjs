/**
 * `npm run lint`: no file imports itself over others, imports of types included. What packages may import of each other is
 * held by their `exports` and by tests/unit/workspaces.test.ts.
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    {
      name: "no-circle",
      comment:
        "Files that import each other cannot be read, tested or moved alone: move what both need to a file of its own.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    // Imports of types count: they bind two files to each other as others do.
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
