/** What a role allows, judged by its definition, so that custom roles count like built-in ones. */
export interface Permission {
  actions?: string[];
  notActions?: string[];
  dataActions?: string[];
  notDataActions?: string[];
}

/** @param action e.g. "Microsoft.ContainerRegistry/registries/pull/read" */
export function allows(permissions: readonly Permission[], action: string, kind: "action" | "dataAction"): boolean {
  return permissions.some((permission) => {
    const { granted = [], denied = [] } =
      kind === "action"
        ? { granted: permission.actions, denied: permission.notActions }
        : { granted: permission.dataActions, denied: permission.notDataActions };
    return granted.some((pattern) => covers(pattern, action)) && !denied.some((pattern) => covers(pattern, action));
  });
}

function covers(pattern: string, action: string): boolean {
  const expression = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`, "i").test(action);
}
