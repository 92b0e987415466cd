/** The author of issues and comments that a workflow writes with its own token. */
export const workflowLogin = "github-actions[bot]";
