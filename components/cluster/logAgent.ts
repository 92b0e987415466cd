/** The add-on that sends the logs of containers and nodes to a Log Analytics workspace (Container insights). */

/** Signed in as the agent's own identity rather than with the workspace's key. @param workspaceId undefined: the add-on is off */
export function logAgent(workspaceId: string | undefined) {
  if (workspaceId === undefined) return { enabled: false };
  return { enabled: true, config: { logAnalyticsWorkspaceResourceID: workspaceId, useAADAuth: "true" } };
}
