/** The add-on that sends the logs of containers and nodes to a Log Analytics workspace (Container insights). */

/**
 * Returns the add-on's profile. The agent signs in with its own identity, not with the workspace's key.
 * @param workspaceId undefined turns the add-on off
 */
export function logAgent(workspaceId: string | undefined) {
  if (workspaceId === undefined) return { enabled: false };
  return { enabled: true, config: { logAnalyticsWorkspaceResourceID: workspaceId, useAADAuth: "true" } };
}
